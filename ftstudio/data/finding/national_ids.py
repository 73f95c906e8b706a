"""Numbers that states give to persons, by their shape, their check digits and the words before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ftstudio.data.finding import checksums
from ftstudio.data.finding.found import Found, matched, named, names_a_thing


@dataclass(frozen=True)
class NationalId:
    """`shapes`: how it is written, 9 for a digit, A for a capital. The shape alone is enough where
    `telling`; else a word must say what the number is."""

    country: str
    key: str
    shapes: tuple[str, ...]
    check: Callable[[str], bool]
    words: str
    telling: bool = False


_NINE, _TEN, _ELEVEN, _THIRTEEN = "9" * 9, "9" * 10, "9" * 11, "9" * 13

NATIONAL_IDS = (
    NationalId("US", "us_ssn", ("999-99-9999", "999 99 9999"), checksums.us_ssn,
               r"\bssn|social.security", telling=True),
    NationalId("US", "us_ssn", (_NINE,), checksums.us_ssn, r"\bssn|social.security"),
    NationalId("US", "us_itin", ("999-99-9999",), checksums.us_itin, r"\bitin|taxpayer",
               telling=True),
    NationalId("GB", "uk_nhs", ("999 999 9999", "999-999-9999", _TEN), checksums.uk_nhs,
               r"\bnhs|health.service"),
    NationalId("GB", "uk_nino", ("AA 99 99 99 A", "AA999999A", "AA 999999 A"), checksums.uk_nino,
               r"national.insurance|\bnino|\bni (?:number|no)"),
    NationalId("NL", "nl_bsn", (_NINE, "9999.99.999"), checksums.nl_bsn,
               r"\bbsn|burgerservice|\bsofi"),
    NationalId("ES", "es_nif",
               ("99999999A", "99999999-A", "99.999.999-A", "99.999.999A", "A9999999A",
                "A-9999999-A", "A9999999-A", "A-9999999A"),
               checksums.es_nif, r"\bnif\b|\bnie\b|\bdni\b", telling=True),
    NationalId("FR", "fr_nir",
               ("9" * 15, "9 99 99 99 999 999 99", "999999A99999999", "9 99 99 9A 999 999 99"),
               checksums.fr_nir, r"\bnir\b|s[ée]curit[ée] sociale", telling=True),
    NationalId("DE", "de_tax_id", (_ELEVEN, "99 999 999 999"), checksums.de_tax_id,
               r"\bsteuer|\bidnr|tax.id|\btin\b"),
    NationalId("IT", "it_codice_fiscale", ("AAAAAA99A99A999A",), checksums.it_codice_fiscale,
               r"codice fiscale", telling=True),
    NationalId("PL", "pl_pesel", (_ELEVEN,), checksums.pl_pesel, r"pesel"),
    NationalId("BR", "br_cpf", ("999.999.999-99",), checksums.br_cpf, r"\bcpf", telling=True),
    NationalId("BR", "br_cpf", (_ELEVEN,), checksums.br_cpf, r"\bcpf"),
    NationalId("BR", "br_cnpj", ("99.999.999/9999-99",), checksums.br_cnpj, r"\bcnpj",
               telling=True),
    NationalId("BR", "br_cnpj", ("9" * 14,), checksums.br_cnpj, r"\bcnpj"),
    NationalId("BE", "be_national", ("99.99.99-999.99",), checksums.be_national,
               r"rijksregister|registre national|national", telling=True),
    NationalId("BE", "be_national", (_ELEVEN,), checksums.be_national,
               r"rijksregister|registre national|\binsz\b|\bniss\b"),
    NationalId("SE", "se_personnummer", ("999999-9999", "999999+9999", "99999999-9999"),
               checksums.se_personnummer, r"person|samordning", telling=True),
    NationalId("SE", "se_personnummer", (_TEN, "9" * 12), checksums.se_personnummer,
               r"personnummer|samordning"),
    NationalId("NO", "no_fodselsnummer", ("999999 99999",), checksums.no_fodselsnummer,
               r"f[øo]dselsn|personnummer|d-nummer|\bfnr\b", telling=True),
    NationalId("NO", "no_fodselsnummer", (_ELEVEN,), checksums.no_fodselsnummer,
               r"f[øo]dselsn|personnummer|d-nummer|\bfnr\b"),
    NationalId("DK", "dk_cpr", ("999999-9999", "999999 9999", _TEN), checksums.dk_cpr,
               r"\bcpr|personnummer"),
    NationalId("IS", "is_kennitala", ("999999-9999", _TEN), checksums.is_kennitala,
               r"kennit|\bkt\b"),
    NationalId("CH", "ch_ahv", ("999.9999.9999.99", _THIRTEEN), checksums.ch_ahv,
               r"\bahv|\bavs\b", telling=True),
    NationalId("AT", "at_svnr", ("9999 999999", "9999-999999", _TEN), checksums.at_svnr,
               r"sozialversicherung|\bsv-?n|versicherungsn"),
    NationalId("FI", "fi_hetu",
               tuple(f"999999{sign}999{last}" for sign in "-+A" for last in "A9"),
               checksums.fi_hetu, r"\bhetu|henkil", telling=True),
    NationalId("PT", "pt_nif", (_NINE, "999 999 999"), checksums.pt_nif,
               r"\bnif\b|contribuinte"),
    NationalId("IE", "ie_pps", ("9999999A", "9999999AA"), checksums.ie_pps, r"\bpps"),
    NationalId("CZ", "cz_rodne_cislo", ("999999/9999",), checksums.cz_rodne_cislo,
               r"rodn[ée]|\br\.? ?[čc]", telling=True),
    NationalId("CZ", "cz_rodne_cislo", (_TEN,), checksums.cz_rodne_cislo, r"rodn[ée] [čc]"),
    NationalId("RO", "ro_cnp", (_THIRTEEN,), checksums.ro_cnp, r"\bcnp\b|cod numeric"),
    NationalId("BG", "bg_egn", (_TEN,), checksums.bg_egn, r"\begn\b|егн"),
    NationalId("EE, LT", "baltic", (_ELEVEN,), checksums.baltic, r"isikukood|asmens kod"),
    NationalId("HR", "hr_oib", (_ELEVEN,), checksums.hr_oib, r"\boib\b"),
    NationalId("SI, RS", "jmbg", (_THIRTEEN,), checksums.jmbg, r"\bem[šs]o\b|jmbg|јмбг"),
    NationalId("GR", "gr_amka", (_ELEVEN,), checksums.gr_amka, r"\bamka\b|αμκα"),
    NationalId("TR", "tr_kimlik", (_ELEVEN,), checksums.tr_kimlik, r"kimlik|\btc\b"),
    NationalId("RU", "ru_snils", ("999-999-999 99", "999-999-999-99"), checksums.ru_snils,
               r"снилс|snils", telling=True),
    NationalId("RU", "ru_inn", ("9" * 12,), checksums.ru_inn, r"\bинн\b|\binn\b"),
    NationalId("CA", "ca_sin", ("999 999 999", "999-999-999", _NINE), checksums.ca_sin,
               r"\bsin\b|social.insurance"),
    NationalId("IL", "il_id", (_NINE,), checksums.il_id, r"teudat|תעודת זהות|ת\.ז|israeli id"),
    NationalId("ZA", "za_id", (_THIRTEEN, "999999 9999 999"), checksums.za_id,
               r"\bid (?:number|no)|identity|\brsa id"),
    NationalId("AU", "au_tfn", ("999 999 999", _NINE), checksums.au_tfn, r"\btfn|tax file"),
    NationalId("IN", "in_aadhaar", ("9999 9999 9999", "9" * 12),
               lambda text: text[0] not in "01" and checksums.verhoeff(text),
               r"aadhaar|aadhar|uidai|आधार"),
    NationalId("IN", "in_pan", ("AAAAA9999A",), checksums.in_pan, r"\bpan\b|permanent account"),
    NationalId("CN", "cn_resident", ("9" * 18, "9" * 17 + "A"),
               checksums.cn_resident, r"身份证|resident", telling=True),
    NationalId("TW", "tw_id", ("A999999999",), checksums.tw_id, r"身分證|national id"),
    NationalId("HK", "hk_id", ("A999999(9)", "A999999(A)", "AA999999(9)", "AA999999(A)"),
               checksums.hk_id, r"hkid|身份證", telling=True),
    NationalId("SG", "sg_nric", ("A9999999A",), checksums.sg_nric, r"\bnric|\bfin\b"),
    NationalId("KR", "kr_rrn", ("999999-9999999",), checksums.kr_rrn, r"주민|resident",
               telling=True),
    NationalId("JP", "jp_my_number", ("9999 9999 9999", "9999-9999-9999", "9" * 12),
               checksums.jp_my_number, r"my number|マイナンバー|個人番号"),
    NationalId("TH", "th_id", ("9-9999-99999-99-9",), checksums.th_id, r"บัตรประชาชน", telling=True),
    NationalId("MX", "mx_curp", ("AAAA999999AAAAAA99", "AAAA999999AAAAAAA9"), checksums.mx_curp,
               r"\bcurp", telling=True),
    NationalId("CL", "cl_rut", ("99.999.999-9", "99.999.999-A"), checksums.cl_rut,
               r"\brut\b|\brun\b", telling=True),
    NationalId("CL", "cl_rut", ("99999999-9", "99999999-A", "9.999.999-9"), checksums.cl_rut,
               r"\brut\b|\brun\b"),
    NationalId("AR", "ar_cuil", ("99-99999999-9",), checksums.ar_cuil, r"\bcui[lt]",
               telling=True),
)  # fmt: skip

COUNTRIES = {code for one in NATIONAL_IDS for code in one.country.split(", ")}
_SHAPED = str.maketrans(
    dict.fromkeys("0123456789", "9")
    | dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZÑabcdefghijklmnopqrstuvwxyzñ", "A")
)
_SIGNS = {"9": r"\d", "A": "[A-ZÑ]"}


def _form(shapes: tuple[str, ...]) -> re.Pattern[str]:
    """Also in small letters. Groups with spaces between them stand alone: beside another group
    they are a part of more."""
    written = "|".join(
        ("(?<!\\d )" if " " in shape else "")
        + "".join(_SIGNS.get(sign, re.escape(sign)) for sign in shape)
        + (r"(?! \d)" if " " in shape else "")
        for shape in sorted(shapes, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w.-])(?:{written})(?![\w-]|\.\d)", re.ASCII | re.I)


_TRIED = [(one, _form(one.shapes), re.compile(one.words, re.I)) for one in NATIONAL_IDS]
_BY_SHAPE: dict[str, list[int]] = {}
for _place, _one in enumerate(NATIONAL_IDS):
    for _shape in _one.shapes:
        _BY_SHAPE.setdefault(_shape, []).append(_place)


def national_ids(text: str) -> Iterator[Found]:
    """Those whose check digits are right. Without a telling shape or word they are not sure, and
    bare digits without a word are none: every eleventh number passes one check digit."""
    shaped = text.translate(_SHAPED)
    hits = [places for shape, places in _BY_SHAPE.items() if shape in shaped]
    for place in sorted({place for places in hits for place in places}):
        one, form, words = _TRIED[place]
        for match in form.finditer(text):
            own = match.group()
            if not one.check(own.upper()):
                continue
            said = named(text, match, words)
            if not said and own != own.upper() and one.key != "cn_resident":
                continue  # small letters are of codes and units: 12345678s
            if said or one.telling or not own.isdigit():
                sure = said or (one.telling and not names_a_thing(text, match))
                yield matched("national_id", match, sure, one.key)
