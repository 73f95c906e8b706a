"""Check digits of cards, accounts and national numbers: what a number must satisfy to be one."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NO_DIGIT = re.compile(r"\D")


def digits(text: str) -> list[int]:
    return [int(sign) for sign in _NO_DIGIT.sub("", text)]


def weighted(values: Sequence[int], weights: Sequence[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=False))


def luhn(text: str) -> bool:
    """Every second digit from the right doubled; the cross sum ends in 0 (ISO/IEC 7812)."""
    values = digits(text)[::-1]
    doubled = [sum(divmod(2 * value, 10)) for value in values[1::2]]
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """The remainder by 97 is 1, the first four signs moved to the end (ISO 13616)."""
    plain = re.sub(r"[\s-]", "", text).upper()
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _date(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def us_ssn(text: str) -> bool:
    """No check digit; never given out: areas 000, 666 and 9…, group 00, serial 0000 (SSA)."""
    plain = _NO_DIGIT.sub("", text)
    area, group, serial = plain[:3], plain[3:5], plain[5:]
    return not (area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000")


def us_itin(text: str) -> bool:
    """Tax number of who has no SSN: begins with 9, its middle in the ranges that the IRS names."""
    plain = "".join(map(str, digits(text)))
    middle = int(plain[3:5])
    return plain[0] == "9" and (50 <= middle <= 65 or 70 <= middle <= 88 or 90 <= middle <= 92
                                or 94 <= middle <= 99)  # fmt: skip


def uk_nhs(text: str) -> bool:
    """Weights 10 to 2, modulus 11; 10 is never given out (NHS data dictionary)."""
    values = digits(text)
    return 11 - weighted(values, range(10, 1, -1)) % 11 == (values[9] or 11) != 10


def uk_nino(text: str) -> bool:
    """No check digit; which letters may begin it is in HMRC's manual NIM39110."""
    first = text[:2].upper()
    never = first in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
    return not (never or set(first) & set("DFIQUV") or first[1] == "O" or text[-1] not in "ABCD")


def nl_bsn(text: str) -> bool:
    """The “eleven test” with -1 for the last digit (Rijksdienst voor Identiteitsgegevens)."""
    values = digits(text)
    return any(values) and weighted(values, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def es_nif(text: str) -> bool:
    """The letter at the remainder by 23; X, Y, Z of foreigners are 0, 1, 2 (Ministerio)."""
    plain = re.sub(r"[\s.-]", "", text).upper()
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def fr_nir(text: str) -> bool:
    """97 less the remainder by 97; Corsica's 2A and 2B count as 19 and 18 (INSEE)."""
    plain = re.sub(r"[\s.-]", "", text).upper().replace("2A", "19").replace("2B", "18")
    month = plain[3:5]
    sane = plain.isdigit() and plain[0] in "12" and (month in _MONTHS or int(month) >= 20)
    return sane and 97 - int(plain[:13]) % 97 == int(plain[13:])


_MONTHS = tuple(f"{month:02}" for month in range(1, 13))


def _mod_11_10(values: Sequence[int]) -> bool:
    """ISO 7064, MOD 11,10."""
    rest = 10
    for value in values[:-1]:
        rest = (rest + value) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10 == values[-1]


def de_tax_id(text: str) -> bool:
    """One digit of the first ten comes twice or thrice; ISO 7064, MOD 11,10 (BZSt)."""
    values = digits(text)
    return values[0] != 0 and len(set(values[:10])) in (8, 9) and _mod_11_10(values)


def hr_oib(text: str) -> bool:
    """ISO 7064, MOD 11,10 (Porezna uprava)."""
    values = digits(text)
    return any(values) and _mod_11_10(values)


_IT_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
           23)  # fmt: skip


def it_codice_fiscale(text: str) -> bool:
    """Odd places count by a table, even ones as they are, modulus 26 (D.M. 23/12/1976)."""
    plain = text.upper()
    values = [int(sign) if sign.isdigit() else ord(sign) - 65 for sign in plain[:15]]
    total = sum(_IT_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return plain[8] in "ABCDEHLMPRST" and chr(65 + total % 26) == plain[15]


def pl_pesel(text: str) -> bool:
    """Weights 1 3 7 9, modulus 10; the month tells the century (gov.pl)."""
    values = digits(text)
    month, day = (values[2] * 10 + values[3]) % 20, values[4] * 10 + values[5]
    return _date(day, month) and weighted(values, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def br_cpf(text: str) -> bool:
    """Two check digits, weights from 2 upwards from the right, modulus 11 (Receita Federal)."""
    values = digits(text)
    return len(set(values)) > 1 and all(
        weighted(values, range(length + 1, 1, -1)) * 10 % 11 % 10 == values[length]
        for length in (9, 10)
    )


def br_cnpj(text: str) -> bool:
    """As of the CPF, the weights beginning again after 9 (Receita Federal)."""
    values = digits(text)
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return len(set(values)) > 1 and all(
        weighted(values, weights[13 - length :]) * 10 % 11 % 10 == values[length]
        for length in (12, 13)
    )


def be_national(text: str) -> bool:
    """97 less the remainder by 97, a 2 before who was born from 2000 on (Rijksregister)."""
    values = "".join(map(str, digits(text)))
    own = int(values[9:])
    return own in (97 - int(values[:9]) % 97, 97 - int("2" + values[:9]) % 97)


def se_personnummer(text: str) -> bool:
    """Luhn over ten digits; the day may be 60 more: a co-ordination number (Skatteverket)."""
    values = "".join(map(str, digits(text)))[-10:]
    return _date(int(values[4:6]) % 60, int(values[2:4])) and luhn(values)


def no_fodselsnummer(text: str) -> bool:
    """Two check digits, modulus 11; 40 more in the day: a D-number (Skatteetaten)."""
    values = digits(text)
    day, month = values[0] * 10 + values[1], values[2] * 10 + values[3]
    return (
        _date(day % 40, month % 40)
        and weighted(values, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
        and weighted(values, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    )


def dk_cpr(text: str) -> bool:
    """A date only: numbers without a right check digit are given out since 2007 (cpr.dk)."""
    return _date(int(text[:2]), int(text[2:4]))


def is_kennitala(text: str) -> bool:
    """Modulus 11, the century's 8, 9 or 0 last; 40 more in the day: a firm (Þjóðskrá)."""
    values = digits(text)
    total = weighted(values, (3, 2, 7, 6, 5, 4, 3, 2))
    born = _date((values[0] * 10 + values[1]) % 40, values[2] * 10 + values[3])
    return born and values[9] in (8, 9, 0) and -total % 11 == values[8]


def ch_ahv(text: str) -> bool:
    """As of a European article number, 756 in front (ZAS)."""
    values = digits(text)
    right = (10 - weighted(values, (1, 3) * 6) % 10) % 10 == values[12]
    return right and values[:3] == [7, 5, 6]


def at_svnr(text: str) -> bool:
    """The fourth digit, weights 3 7 9 5 8 4 2 1 6, modulus 11 (Dachverband)."""
    values = digits(text)
    total = weighted(values, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6))
    born = _date(values[4] * 10 + values[5], values[6] * 10 + values[7])
    return born and values[0] != 0 and total % 11 == values[3]


def fi_hetu(text: str) -> bool:
    """One of 31 signs by the remainder (DVV)."""
    number = int(text[:6] + text[7:10])
    right = "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31] == text[10].upper()
    return right and _date(int(text[:2]), int(text[2:4])) and text[6] in "+-ABCDEFUVWXY"


def pt_nif(text: str) -> bool:
    """Weights 9 to 2, modulus 11; 10 and 11 become 0 (Autoridade Tributária)."""
    values = digits(text)
    rest = 11 - weighted(values, range(9, 1, -1)) % 11
    return values[0] not in (0, 4, 7) and (rest if rest < 10 else 0) == values[8]


def ie_pps(text: str) -> bool:
    """Weights 8 to 2, 9 for a second letter, modulus 23 (gov.ie)."""
    more = ord(text[8]) - 64 if len(text) > 8 and text[8] != "W" else 0
    total = weighted(digits(text[:7]), range(8, 1, -1)) + 9 * more
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == text[7]


def cz_rodne_cislo(text: str) -> bool:
    """Divisible by 11. Women's months are 50 more; on days that ran out of numbers, 20 more for
    men and 70 for women (zákon 133/2000 Sb., § 13)."""
    values = "".join(map(str, digits(text)))
    month, day = int(values[2:4]), int(values[4:6])
    if not any(_date(day, month - more) for more in (0, 20, 50, 70)):
        return False
    return int(values) % 11 == 0 or (int(values[:9]) % 11 == 10 and values[9] == "0")


def ro_cnp(text: str) -> bool:
    """The constant 279146358279, modulus 11, 10 becomes 1 (OUG 97/2005)."""
    values = digits(text)
    rest = weighted(values, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    born = _date(values[5] * 10 + values[6], values[3] * 10 + values[4])
    return values[0] != 0 and born and (rest if rest < 10 else 1) == values[12]


def bg_egn(text: str) -> bool:
    """Weights 2 4 8 5 10 9 7 3 6, modulus 11; the month tells the century (ГРАО)."""
    values = digits(text)
    rest = weighted(values, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10
    return _date(values[4] * 10 + values[5], (values[2] * 10 + values[3]) % 20) and (
        rest == values[9]
    )


def baltic(text: str) -> bool:
    """Estonia and Lithuania: modulus 11, with other weights where 10 remains (EVS 585)."""
    values = digits(text)
    rest = weighted(values, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = weighted(values, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    born = _date(values[5] * 10 + values[6], values[3] * 10 + values[4])
    return 1 <= values[0] <= 8 and born and rest == values[10]


def jmbg(text: str) -> bool:
    """Slovenia, Serbia and their neighbours: weights 7 to 2 twice, modulus 11 (Zakon o JMBG)."""
    values = digits(text)
    rest = -weighted(values, (7, 6, 5, 4, 3, 2) * 2) % 11
    return _date(values[0] * 10 + values[1], values[2] * 10 + values[3]) and rest == values[12]


def gr_amka(text: str) -> bool:
    """Luhn behind a date (ΗΔΙΚΑ)."""
    return _date(int(text[:2]), int(text[2:4])) and luhn(text)


def tr_kimlik(text: str) -> bool:
    """Two check digits over odd and even places (NVİ)."""
    values = digits(text)
    tenth = (7 * sum(values[0:9:2]) - sum(values[1:8:2])) % 10
    return values[0] != 0 and tenth == values[9] and sum(values[:10]) % 10 == values[10]


def ru_snils(text: str) -> bool:
    """Weights 9 to 1, modulus 101, then 100 (Social fund)."""
    values = digits(text)
    return weighted(values, range(9, 0, -1)) % 101 % 100 == values[9] * 10 + values[10]


def ru_inn(text: str) -> bool:
    """A person's, of twelve digits: two check digits, modulus 11 (ФНС)."""
    values = digits(text)
    one = weighted(values, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    two = weighted(values, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return any(values) and (one, two) == (values[10], values[11])


def ca_sin(text: str) -> bool:
    """Luhn; 8 begins none (Service Canada)."""
    return any(digits(text)) and text[0] != "8" and luhn(text)


def il_id(text: str) -> bool:
    """Luhn over nine digits (רשות האוכלוסין)."""
    return any(digits(text)) and luhn(text)


def za_id(text: str) -> bool:
    """Luhn behind a date; the eleventh digit is 0, 1 or 2 (Home Affairs)."""
    return _date(int(text[4:6]), int(text[2:4])) and text[10] in "012" and luhn(text)


def au_tfn(text: str) -> bool:
    """Weights 1 4 3 7 5 8 6 9 10, modulus 11 (ATO)."""
    values = digits(text)
    return any(values) and weighted(values, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def in_pan(text: str) -> bool:
    """No public check digit; the fourth letter tells who it is: P is a person (Rule 114)."""
    return text[3] in "ABCFGHJLPT" and text[5:9] != "0000"


def cn_resident(text: str) -> bool:
    """ISO 7064, MOD 11-2, behind a region and a date (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    sane = (
        text[0] != "0" and text[6:8] in ("19", "20") and _date(int(text[12:14]), int(text[10:12]))
    )
    return sane and "10X98765432"[weighted(digits(text[:17]), weights) % 11] == text[17].upper()


def tw_id(text: str) -> bool:
    """The letter is two digits, then weights 8 to 1, modulus 10 (內政部)."""
    number = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0])
    total = number // 10 + number % 10 * 9 + weighted(digits(text[1:9]), range(8, 0, -1))
    return text[1] in "1289" and (total + int(text[9])) % 10 == 0


def hk_id(text: str) -> bool:
    """Weights 9 to 2 with a blank as 36, modulus 11, A is 10 (Immigration Department)."""
    plain = re.sub(r"[()]", "", text)
    values = [36] * (9 - len(plain)) + [int(sign, 36) for sign in plain]
    return weighted(values, range(9, 0, -1)) % 11 == 0


def sg_nric(text: str) -> bool:
    """Weights 2 7 6 5 4 3 2, modulus 11, other letters for foreigners (ICA)."""
    total = weighted(digits(text[1:8]), (2, 7, 6, 5, 4, 3, 2)) + 4 * (text[0] in "TG")
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK"}
    return text[0] in letters and letters[text[0]][total % 11] == text[8]


def kr_rrn(text: str) -> bool:
    """Weights 2 to 9 and again, modulus 11 (given out until 2020; 행정안전부)."""
    values = digits(text)
    rest = (11 - weighted(values, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return _date(int(text[4:6]), int(text[2:4])) and rest == values[12]


def jp_my_number(text: str) -> bool:
    """Weights 6 to 2 and 7 to 2, modulus 11, 0 and 1 become 0 (総務省令 85)."""
    values = digits(text)
    rest = weighted(values, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return any(values) and (0 if rest < 2 else 11 - rest) == values[11]


def th_id(text: str) -> bool:
    """Weights 13 to 2, modulus 11 (กรมการปกครอง)."""
    values = digits(text)
    return values[0] != 0 and (11 - weighted(values, range(13, 1, -1)) % 11) % 10 == values[12]


def mx_curp(text: str) -> bool:
    """Signs by their place in 0-9A-NÑO-Z, weights 18 to 2, modulus 10 (RENAPO)."""
    signs = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = weighted([signs.index(sign) for sign in text[:17]], range(18, 1, -1))
    sane = text[10] in "HMX" and _date(int(text[8:10]), int(text[6:8]))
    return sane and str(-total % 10) == text[17]


def cl_rut(text: str) -> bool:
    """Weights 2 to 7 from the right, modulus 11, K is 10 (Registro Civil)."""
    plain = re.sub(r"[.-]", "", text).upper()
    total = weighted([int(sign) for sign in reversed(plain[:-1])], (2, 3, 4, 5, 6, 7) * 2)
    return any(map(int, plain[:-1])) and "0123456789K"[-total % 11] == plain[-1]


def ar_cuil(text: str) -> bool:
    """Weights 5 4 3 2 7 6 5 4 3 2, modulus 11, persons' prefixes (ANSES)."""
    values = digits(text)
    rest = -weighted(values, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    prefix = values[0] * 10 + values[1]
    return prefix in (20, 23, 24, 25, 26, 27) and rest == values[10]


_TURNED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def verhoeff(text: str) -> bool:
    """The group of the pentagon's turns and flips: India's Aadhaar."""
    rest = 0
    for place, value in enumerate(reversed(digits(text))):
        for _ in range(place % 8):
            value = _TURNED[value]
        rest = _in_dihedral_group(rest, value)
    return rest == 0


def _in_dihedral_group(one: int, other: int) -> int:
    if one < 5:
        return (one + other) % 5 if other < 5 else 5 + (one + other) % 5
    return 5 + (one - other) % 5 if other < 5 else (one - other) % 5
