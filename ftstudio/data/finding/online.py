"""Addresses on the net: e-mail, web and IP addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from ftstudio.data.finding.found import Found, matched

_EMAIL = re.compile(
    r"(?<![\w.+%'/-])[\w.+%'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?!\w)"
)
_URL = re.compile(r"(?<![\w@])(?:(?:https?|ftp)://|www\.)[^\s<>\"'`{}|\\^\]]{3,2000}", re.I)
_BARE = re.compile(
    r"(?<![\w@./-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,4}"
    r"(?:com|org|net|edu|gov|info|biz|eu|de|fr|nl|ch|at|es|pl|se|uk|us|ca|au|jp|br|ru|cn|in)"
    r"(?:/[^\s<>\"']*)?(?![\w@]|\.\w)"
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_VERSION = re.compile(r"(?:\bv|\bversion|\bver\.?|\brelease|\bsection|§|\bchapter)\s*$", re.I)
_IPV6 = re.compile(
    r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])", re.I
)
_END = ".,;:!?)*_~'\""


def emails(text: str) -> Iterator[Found]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            own = match.group()
            skipped = len(own) - len(own.lstrip(".'-"))
            if ".." not in own and own[skipped] != "@":
                yield Found("email", match.start() + skipped, match.end(), own[skipped:])


def urls(text: str) -> Iterator[Found]:
    """With http:// or www.; names of known endings alone are not sure."""
    if "://" in text or "www." in text.lower():
        for match in _URL.finditer(text):
            own = match.group().rstrip(_END)
            yield Found("url", match.start(), match.start() + len(own), own)
    if "." in text:
        for match in _BARE.finditer(text):
            own = match.group().rstrip(_END)
            if own[:4].lower() != "www.":
                yield Found("url", match.start(), match.start() + len(own), own, sure=False)


def ips(text: str) -> Iterator[Found]:
    if text.count(".") >= 3:
        for match in _IPV4.finditer(text):
            if all(int(part) < 256 for part in match.group().split(".")):
                before = text[max(0, match.start() - 12) : match.start()]
                yield matched("ip", match, not _VERSION.search(before), "v4")
    if text.count(":") >= 2:
        for match in _IPV6.finditer(text):
            own = match.group()
            if any(sign.isdigit() for sign in own) and len(own) > 2 and _is_v6(own):
                yield matched("ip", match, len(own) > 5, "v6")


def _is_v6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
