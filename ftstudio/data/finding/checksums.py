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


def us_ssn(text: str) -> bool:
    area, group, serial = text[:3], text[4:6], text[-4:]
    return not (area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000")


def uk_nhs(text: str) -> bool:
    values = digits(text)
    return 11 - weighted(values, range(10, 1, -1)) % 11 == (values[9] or 11) != 10


def nl_bsn(text: str) -> bool:
    values = digits(text)
    return any(values) and weighted(values, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def es_nif(text: str) -> bool:
    plain = re.sub(r"[\s.-]", "", text).upper()
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def fr_nir(text: str) -> bool:
    plain = re.sub(r"[\s.-]", "", text).upper().replace("2A", "19").replace("2B", "18")
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


def de_tax_id(text: str) -> bool:
    """One digit of the first ten comes twice or thrice (ISO 7064, MOD 11,10)."""
    values = digits(text)
    if values[0] == 0 or len(set(values[:10])) not in (8, 9):
        return False
    rest = 10
    for value in values[:10]:
        rest = (rest + value) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10 == values[10]


_IT_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
           23)  # fmt: skip


def it_codice_fiscale(text: str) -> bool:
    plain = text.upper()
    values = [int(sign) if sign.isdigit() else ord(sign) - 65 for sign in plain[:15]]
    total = sum(_IT_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(65 + total % 26) == plain[15]


def pl_pesel(text: str) -> bool:
    values = digits(text)
    month, day = (values[2] * 10 + values[3]) % 20, values[4] * 10 + values[5]
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    return weighted(values, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def br_cpf(text: str) -> bool:
    values = digits(text)
    if len(set(values)) == 1:
        return False
    return all(
        weighted(values, range(length + 1, 1, -1)) * 10 % 11 % 10 == values[length]
        for length in (9, 10)
    )


def be_national(text: str) -> bool:
    values = "".join(map(str, digits(text)))
    own = int(values[9:])
    return own in (97 - int(values[:9]) % 97, 97 - int("2" + values[:9]) % 97)


def se_personnummer(text: str) -> bool:
    values = "".join(map(str, digits(text)))[-10:]
    return 1 <= int(values[2:4]) <= 12 and 1 <= int(values[4:6]) <= 31 and luhn(values)


def ch_ahv(text: str) -> bool:
    values = digits(text)
    return (10 - weighted(values, (1, 3) * 6) % 10) % 10 == values[12]


def fi_hetu(text: str) -> bool:
    number = int(text[:6] + text[7:10])
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31] == text[10].upper()


def tr_kimlik(text: str) -> bool:
    values = digits(text)
    tenth = (7 * sum(values[0:9:2]) - sum(values[1:8:2])) % 10
    return values[0] != 0 and tenth == values[9] and sum(values[:10]) % 10 == values[10]


def cn_resident(text: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[weighted(digits(text[:17]), weights) % 11] == text[17].upper()


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
