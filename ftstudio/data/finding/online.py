"""Addresses on the net: e-mail, web and IP addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from ftstudio.data.finding.found import Found, matched, named

_EMAIL = re.compile(
    r"(?<![\w.+%'/-])[\w.+%'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?!\w)"
)
# Written so that programs don't find it: name [at] host [dot] org, name(at)host.org.
_AT = r" ?(?:\((?i:at)\)|\[(?i:at|@)\]|\{(?i:at)\}|<(?i:at)>) ?"
_DOT = r"(?:\.| ?(?:\((?i:dot|punkt|point)\)|\[(?i:dot|punkt|point|\.)\]|\{(?i:dot)\}) ?)"
_NAMED = r"(?<![\w.+%'/-])[\w.+-]{1,64}"
_ENDING = r"(?:[^\W\dA-Z_]{2,24}|[A-Z]{2,24})(?!\w)"
_HIDDEN = re.compile(rf"{_NAMED}{_AT}(?:[^\W_][\w-]{{0,62}}{_DOT}){{1,4}}{_ENDING}")
_SPELT = re.compile(rf"{_NAMED} at (?:[^\W_][\w-]{{0,62}} dot ){{1,4}}{_ENDING}")
_SPOKEN_AT, _SPOKEN_DOT = re.compile(rf"{_AT}| at "), re.compile(rf"{_DOT}| dot ")
_MAIL = re.compile(r"mail|\bwrite|contact|\breach|address|schreib|correo", re.I)
_PASSWORD = re.compile(r"://[^\s/@]{0,64}:\Z")  # before what only looks like an address: a login
_SCALED = re.compile(r"@\dx\.")  # icon@2x.png
_URL = re.compile(
    r"(?<![\w@])(?:(?:https?|ftp)://(?:\[[0-9a-f:.%]{2,60}\])?|www\.)[^\s<>\"'`{}|\\^\]\[]{1,2000}",
    re.I,
)
_BARE = re.compile(
    r"(?<![\w@./-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,4}"
    r"(?:com|org|net|edu|gov|info|biz|eu|de|fr|nl|ch|at|es|pl|se|uk|us|ca|au|jp|br|ru|cn|in)"
    r"(?:/[^\s<>\"']*)?(?![\w@]|\.\w)"
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_VERSION = re.compile(
    r"(?:\bv|\bversion|\bver\.?|\brelease|\bsection|§|\bchapter|\bbuild|\bfirmware|\bstep|\bpart"
    r"|\bkapitel|\babschnitt|\bparagraph|\bclause|\barticle|\bexercise|\bfigure|\btable)[\s:.=]*$",
    re.I,
)
_NOBODY = re.compile(r"0\.|127\.|255\.|(?:\d\.){3}\d\Z")
_ONE_DIGIT = re.compile(r"[1-9]\.")
_ADDRESS = re.compile(
    r"\bip(?![a-z])|\bipv4|address|adresse|host|server|router|gateway|\bdns|ping|\blog|from|client|subnet"
    r"|netmask|listen|bind|resolv|connect|proxy|network|block|firewall", re.I
)  # fmt: skip
_IPV6 = re.compile(
    r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}"
    r"(?![\w:])(?P<zone>%[\w.-]{0,14}\w)?",
    re.I,
)
_END = ".,;:!?)*_~'\""


def emails(text: str) -> Iterator[Found]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            own = match.group()
            skipped = len(own) - len(own.lstrip(".'-"))
            before = text[max(0, match.start() - 80) : match.start()]
            if own.startswith("git@") or _SCALED.search(own) or _PASSWORD.search(before):
                continue
            if ".." not in own and own[skipped] != "@":
                yield Found("email", match.start() + skipped, match.end(), own[skipped:])
    lower = text.lower()
    if "at" in lower and any(sign in lower for sign in ("at)", "at]", "at}", "at>", "[@]")):
        yield from (matched("email", match) for match in _HIDDEN.finditer(text))
    if " dot " in lower:
        for match in _SPELT.finditer(text):
            yield matched("email", match, named(text, match, _MAIL))


def plain_email(text: str) -> str:
    """The address, however it was hidden."""
    return _SPOKEN_DOT.sub(".", _SPOKEN_AT.sub("@", text)).casefold()


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
    """Not sure: versions and chapters, and addresses that every machine has for itself."""
    if text.count(".") >= 3:
        for match in _IPV4.finditer(text):
            if all(int(part) < 256 for part in match.group().split(".")):
                before = text[max(0, match.start() - 12) : match.start()]
                sure = not _VERSION.search(before)
                if sure and _NOBODY.match(match.group()):  # 1.2.3.4 may be a chapter's number
                    sure = _ONE_DIGIT.match(match.group()) is not None
                    sure = sure and named(text, match, _ADDRESS)
                yield matched("ip", match, sure, "v4")
    if text.count(":") >= 2:
        for match in _IPV6.finditer(text):
            own = match.group().removesuffix(match["zone"] or "")
            if any(sign.isdigit() for sign in own) and len(own) > 2 and _is_v6(own):
                yield matched("ip", match, len(own) > 5, "v6")


def _is_v6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
