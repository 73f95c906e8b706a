"""Phone numbers of the regions chosen, in all the ways in which people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ftstudio.data.finding.found import Found, matched, named, names_a_thing

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT")
_NUMBER = re.compile(
    r"(?<![\w.,/$€£#=-])(?<!\d:)(?:\+|00[ .-]?(?=[1-9]))?\(?"
    r"\d{1,15}(?:(?:\)?[ ./-]{1,2}\(?|[()])\d{1,8}){0,6}\)?"
    r"(?:[ ,]{0,2}(?:x|ext\.?|extension|#)[ .:]{0,2}\d{1,6})?(?!\w|[.,]\d|-\d)",
    re.I,
)
_ENOUGH = re.compile(r"\d(?:\D{0,3}\d){6}")
_EXTENSION = re.compile(r"[ ,]*(?:x|e|#)[^\d]*\d+$", re.I)
_WORDS = re.compile(
    r"phone|\btel\b|tel[.:]|\bcall|\bfax|mobil|\bcell|\bdial|\bring\b|reach (?:me|us|him|her|them)"
    r"|contact|whats ?app|\bsms\b|\btext (?:me|us|him|her)|desk|office|hotline|handy|ruf|anruf"
    r"|t[ée]l[ée]ph|portable|appel|tel[ée]fono|llam|m[óo]vil|chiam|cellulare|电话|電話", re.I
)  # fmt: skip
_DATE = re.compile(
    r"\d{4}([-/. ])\d{1,2}\1\d{1,2}(?: \d\d)?|\d{1,2}([-/. ])\d{1,2}\2\d{2,4}"
    r"|(?:1[6-9]|20)\d\d ?[-–/] ?\d{2,4}|(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?"
    r"|\d{1,2}\.\d{4,}"
)
_GROUPS = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3}){2,}")


def phones(text: str, regions: Sequence[str] = REGIONS) -> Iterator[Found]:
    """Sure: valid in one of the regions and written as a phone number is, or named as one.

    Numbers that are named as one and merely possible are not sure.
    """
    if not _ENOUGH.search(text):
        return
    for match in _NUMBER.finditer(text):
        own = match.group()
        plain = _EXTENSION.sub("", own)
        many = sum(map(len, _GROUPS.findall(plain)))
        if not 7 <= many <= 15 or _DATE.fullmatch(plain) or own.count("(") != own.count(")"):
            continue
        thing = plain[0] != "+" and names_a_thing(text, match)
        said = not thing and named(text, match, _WORDS)
        written = not thing and _written_as_phone(plain) and not _a_sum(text, match, plain)
        valid = (said or written or plain[0] == "0") and _valid(plain, tuple(regions))
        if valid or said:
            yield matched("phone", match, valid and (said or written))


def _written_as_phone(text: str) -> bool:
    """Bare digits may be any number; so may a row of short ones without a leading 0, one whose
    first group is the 0 of a book (ISBN), or one with its longest group at the beginning."""
    groups = _GROUPS.findall(text)
    if text[0] in "+(":
        return True
    if text[0] == "0":
        return len(groups) > 1 and len(groups[0]) > 1
    if groups[0] == "1":  # of North America
        return [len(group) for group in groups] == [1, 3, 3, 4]
    return len(groups) > 2 and len(groups[0]) in (2, 3) and len(groups[-1]) > 1


def _a_sum(text: str, match: re.Match[str], plain: str) -> bool:
    """Whether it may be a number with its thousands apart, and does not stand alone in its line."""
    if text[: match.start()].rstrip(" ").endswith(("=", "≈")):
        return True
    if not _THOUSANDS.fullmatch(plain):
        return False
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    around = text[start : match.start()] + text[match.end() : end if end >= 0 else len(text)]
    return bool(around.strip())


@lru_cache(maxsize=4096)
def _valid(text: str, regions: tuple[str, ...]) -> bool:
    import phonenumbers

    if text.startswith("00"):
        text = "+" + text[2:].lstrip(" .-")
    for region in (None,) if text.startswith("+") else regions:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and (region is None or _led(text, region)):
            return True
    return False


@lru_cache(maxsize=256)
def _trunk(region: str) -> str:
    import phonenumbers

    found: Any = phonenumbers.ndd_prefix_for_region(region, True)
    return found or ""


def _led(text: str, region: str) -> bool:
    """Where numbers begin with 0 inside the country, one without it is none."""
    return _trunk(region) != "0" or text.lstrip("( ").startswith("0")
