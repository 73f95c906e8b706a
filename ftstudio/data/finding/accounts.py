"""Card numbers and bank accounts, by their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftstudio.data.finding import checksums
from ftstudio.data.finding.found import Found, matched, named, names_a_thing

_CARD = re.compile(r"(?<![\w.+-])[2-6]\d{3}(?:[ .-]?\d){8,15}(?![\w-]|\.\d)")
# The first digits and lengths that card companies use (ISO/IEC 7812 ranges, as they publish them).
_BRANDS = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}(?:\d{2,5})?|6(?:011|5\d\d|4[4-9]\d)\d{12}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{11,17}"
)
_AS_PRINTED = re.compile(r"\d{4}([ .-])\d{4}\1\d{4}\1\d{4}|\d{4}([ .-])\d{6}\2\d{5}")
_WORDS = re.compile(r"card|visa|credit|karte|carte|tarjeta|carta", re.I)
_IBAN = re.compile(
    r"(?<![\w-])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?(?!\w)", re.I
)
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
    "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24,
    "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip


def cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        plain = re.sub(r"\D", "", match.group())
        if _BRANDS.fullmatch(plain) and checksums.luhn(plain):
            printed = _AS_PRINTED.fullmatch(match.group())
            if "." in match.group() and not printed:
                continue
            alone = printed or not names_a_thing(text, match)
            sure = named(text, match, _WORDS) or (len(plain) > 13 and bool(alone))
            yield matched("card", match, sure)


def ibans(text: str) -> Iterator[Found]:
    """The word behind may look like a part of it, so its country's length decides."""
    for match in _IBAN.finditer(text):
        length = _LENGTHS.get(match.group()[:2].upper(), 0)
        signs = [p for p, sign in enumerate(match.group()) if sign.isalnum()]
        if not length or len(signs) < length:
            continue
        end = signs[length - 1] + 1
        whole = match.group()[:end]
        if (end == len(match.group()) or not match.group()[end].isalnum()) and checksums.iban(
            whole
        ):
            start = match.start()
            yield Found("iban", start, start + end, whole)
