"""Numbers that states give to persons, by their form, their check digits and the words before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ftstudio.data.finding import checksums
from ftstudio.data.finding.found import Found, matched, named, names_a_thing


@dataclass(frozen=True)
class NationalId:
    """`form` alone is enough where `telling`; else a word must say what the number is."""

    key: str
    form: str
    check: Callable[[str], bool]
    words: str
    telling: bool = False


def _fits(text: str) -> bool:
    return True


NATIONAL_IDS = (
    NationalId("us_ssn", r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}", checksums.us_ssn,
               r"ssn|social.security", telling=True),
    NationalId("uk_nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", checksums.uk_nhs, r"nhs|health.service"),
    NationalId("uk_nino", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]", _fits,
               r"national.insurance|nino", telling=True),
    NationalId("nl_bsn", r"\d{9}|\d{4}\.\d{2}\.\d{3}", checksums.nl_bsn,
               r"bsn|burgerservice|sofi"),
    NationalId("es_nif", r"(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]",
               checksums.es_nif, r"nif|nie\b|dni", telling=True),
    NationalId("fr_nir", r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?"
               r"\d{2}", checksums.fr_nir, r"nir|s[ée]curit[ée] sociale", telling=True),
    NationalId("de_tax_id", r"\d{11}|\d{2} \d{3} \d{3} \d{3}", checksums.de_tax_id,
               r"steuer|idnr|tax.id|tin\b"),
    NationalId("it_codice_fiscale", r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",
               checksums.it_codice_fiscale, r"codice fiscale", telling=True),
    NationalId("pl_pesel", r"\d{11}", checksums.pl_pesel, r"pesel"),
    NationalId("br_cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}", checksums.br_cpf, r"cpf", telling=True),
    NationalId("br_cpf", r"\d{11}", checksums.br_cpf, r"cpf"),
    NationalId("be_national", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", checksums.be_national,
               r"rijksregister|registre national|national", telling=True),
    NationalId("se_personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", checksums.se_personnummer,
               r"person", telling=True),
    NationalId("ch_ahv", r"756\.\d{4}\.\d{4}\.\d{2}|756\d{10}", checksums.ch_ahv, r"ahv|avs",
               telling=True),
    NationalId("fi_hetu", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", checksums.fi_hetu,
               r"hetu|henkil", telling=True),
    NationalId("ca_sin", r"\d{3}[ -]\d{3}[ -]\d{3}|\d{9}", checksums.luhn,
               r"\bsin\b|social.insurance"),
    NationalId("tr_kimlik", r"\d{11}", checksums.tr_kimlik, r"kimlik|\btc\b"),
    NationalId("in_aadhaar", r"[2-9]\d{3} ?\d{4} ?\d{4}", checksums.verhoeff, r"aadhaar|uidai"),
    NationalId("cn_resident", r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}"
               r"[\dXx]", checksums.cn_resident, r"身份证|resident", telling=True),
)  # fmt: skip

_TRIED = [
    (one, re.compile(rf"(?<![\w.-])(?:{one.form})(?![\w-]|\.\d)"), re.compile(one.words, re.I))
    for one in NATIONAL_IDS
]
_ANY = re.compile(r"\d{2}.?\d{3}|\d{2}.\d{2}.\d{2}")


def national_ids(text: str) -> Iterator[Found]:
    """Those whose check digits are right. Without a telling form or word they are not sure, and
    bare digits without a word are none: every eleventh number passes one check digit."""
    if not _ANY.search(text):
        return
    for one, form, words in _TRIED:
        for match in form.finditer(text):
            if not one.check(match.group()):
                continue
            said = named(text, match, words)
            if said or one.telling or not match.group().isdigit():
                sure = said or (one.telling and not names_a_thing(text, match))
                yield matched("national_id", match, sure, one.key)
