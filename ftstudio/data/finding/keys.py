"""Keys, tokens and passwords: by what their makers publish, by the words before, by how random."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from ftstudio.data.finding.found import Found, matched
from ftstudio.data.finding.key_forms import FORMS, KeyForm

# In the path of a bot's address its token stands right behind “/bot”.
_KNOWN = [
    (one, re.compile(rf"(?:(?<![A-Za-z0-9_-])|(?<=/bot))(?:{one.form})(?![A-Za-z0-9])"))
    for one in FORMS
]
_HINTS = [(hint, place) for place, one in enumerate(FORMS) for hint in one.hints]
_OF_LETTERS = [(hint, place) for hint, place in _HINTS if FORMS[place].letters]
_DIGIT = re.compile("[0-9]")
# RFC 7468 and RFC 9580 (armour); PuTTY's own files.
_PRIVATE = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.{0,16000}?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?"
    r"|PuTTY-User-Key-File-\d: .{0,16000}?Private-MAC: [0-9a-f]{40,64}",
    re.DOTALL,
)
# What opens a thing beside the id that names it, and how far from it: Amazon's 40 signs of base64
# (docs.aws.amazon.com: managing access keys), Twilio's 32 hexadecimal digits.
_BESIDE = {
    "aws": re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"),
    "twilio": re.compile(r"(?<![A-Za-z0-9])[a-f0-9]{32}(?![A-Za-z0-9])"),
}
_NEAR = 400  # characters
# user:password@ before a host (RFC 3986, 3.2.1): postgres, mongodb+srv, redis, amqp, https.
_LOGIN = re.compile(
    r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>`]{0,64}:(?P<own>[^\s/\"'<>`]{1,128})@"
    r"[\w\[][^\s\"'<>`]{0,500}", re.I
)  # fmt: skip
# A shared access signature (learn.microsoft.com: create a service SAS): base64, often escaped.
_SIGNED = re.compile(r"[?&;]sig=(?P<own>[A-Za-z0-9%/+_-]{40,80}(?:%3D|=){0,2})", re.I)
# The header of a request (RFC 6750, RFC 7617).
_HEADER = re.compile(r"\b(?:bearer|basic)\s+[\"']?(?P<own>[A-Za-z0-9+/._~-]{12,2000}={0,2})", re.I)
_BETWEEN = r"[\"'\\*`]{0,4}\s{0,3}(?:=>|:=|[:=]|\bis\b|\bist\b|\best\b)\s{0,3}[\"'\\*`]{0,3}"
_SAID = re.compile(
    r"(?P<pass>pass(?:word|wd|phrase|wort|code)|(?<![A-Za-z])(?:pass|pwd)|kennwort|contraseña|senha"
    r"|mot de passe|wachtwoord|hasło|пароль|密码|パスワード)"
    r"|secret(?:[ _-]?(?:access)?[ _-]?(?:key|token))?"
    r"|(?:api|access|account|shared[ _-]?access|auth|refresh|private|signing|encryption)[ _-]?"
    r"(?:key|token|secret)|bearer|(?P<loose>(?<![A-Za-z])(?:token|key))",
    re.I,
)
_VALUE = re.compile(_BETWEEN + r"(?P<own>[^\s\"',;<>`\\]{6,400})", re.I)
# In small letters; where none of them stands, nothing is said.
_SAID_WORDS = ("pass", "pwd", "secret", "key", "token", "bearer", "basic", "kennwort", "contras",
               "senha", "wachtw", "hasło", "пароль", "密码", "パス")  # fmt: skip
_RANDOM = 3.0  # bits a sign; English words have less than that for their length
_LOOSE, _LOOSE_LENGTH = 3.5, 20  # behind a mere “key” or “token”
_GIVEN = re.compile(
    r"\$\{|\$\(|\$[A-Z_]{3}|\{|<|%\w+%|\*{3}|example|placeholder|xxxx|your|changeme|\.\.\.|…", re.I
)
_CODE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*[(\[]|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|[(\[]")
# Of a database's connection string (ADO.NET, ODBC): its parts stand between semicolons.
_STRING = re.compile(
    r"(?:^|[;\s\"'])(?:password|pwd)\s?=\s?[\"'{]?(?P<own>[^;\s\"'<>{}$]{4,128})", re.I
)
_STRING_OF = re.compile(
    r"(?:server|data source|host|user id|uid|username|database|initial catalog|dsn)\s?="
    r"[^;\n]{1,200};", re.I
)  # fmt: skip
_TELLING_NOTHING = {"password", "passwd", "pass", "pwd", "secret", "pw", "user", "username"}


def entropy(text: str) -> float:
    """Bits a sign, by how often each sign comes."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def keys(text: str) -> Iterator[Found]:
    hints = _HINTS if _DIGIT.search(text) else _OF_LETTERS
    for place in dict.fromkeys([place for hint, place in hints if hint in text]):
        yield from _known(text, *_KNOWN[place])
    if "PRIVATE KEY" in text or "PuTTY-User" in text:
        for match in _PRIVATE.finditer(text):
            yield matched("key", match, True, "private_key")
    if "://" in text and "@" in text:
        yield from _logins(text)
    if "sig=" in text:
        yield from (_own(match, True, "azure") for match in _SIGNED.finditer(text))
    lower = text.lower()
    if [word for word in _SAID_WORDS if word in lower]:
        yield from _said(text)


def _own(match: re.Match[str], sure: bool, detail: str) -> Found:
    return Found("key", *match.span("own"), match["own"], sure, detail)


def _known(text: str, one: KeyForm, form: re.Pattern[str]) -> Iterator[Found]:
    for match in form.finditer(text):
        own = match.group()
        if one.maker in _BESIDE:
            yield matched("key", match, True, one.maker)
            yield from _beside(text, match, one.maker)
        elif one.maker == "web_token" or (
            entropy(own) >= _RANDOM and (not one.mixed or _mixed(own))
        ):
            yield matched("key", match, True, one.maker)


def _beside(text: str, match: re.Match[str], maker: str) -> Iterator[Found]:
    start = max(0, match.start() - _NEAR)
    for other in _BESIDE[maker].finditer(text, start, match.end() + _NEAR):
        plain = other.group()
        if _mixed(plain) and (maker != "aws" or (plain.lower() != plain != plain.upper())):
            yield matched("key", other, entropy(plain) >= _RANDOM, maker)


def _logins(text: str) -> Iterator[Found]:
    """All of the address: the user and the host say whose password it is."""
    for match in _LOGIN.finditer(text):
        whole = match.group().rstrip(".,;:!?)*_")
        sure = match["own"].lower() not in _TELLING_NOTHING and not _GIVEN.search(match["own"])
        yield Found("key", match.start(), match.start() + len(whole), whole, sure, "login")


def _mixed(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _said(text: str) -> Iterator[Found]:
    for header in _HEADER.finditer(text):
        if _mixed(header["own"]) and entropy(header["own"]) >= _RANDOM:
            yield _own(header, True, "said")
    if ";" in text and _STRING_OF.search(text):
        for part in _STRING.finditer(text):
            if not _GIVEN.search(part["own"]):
                yield _own(part, part["own"].lower() not in _TELLING_NOTHING, "said")
    for word in _SAID.finditer(text):
        if not (match := _VALUE.match(text, word.end())):
            continue
        own = match["own"].rstrip(".)!?*")
        quoted = match.group()[: match.start("own") - match.start()].endswith(("'", '"'))
        if _GIVEN.search(own) or (not quoted and _CODE.match(own)):
            continue
        if word["loose"]:
            good = _mixed(own) and len(own) >= _LOOSE_LENGTH and entropy(own) >= _LOOSE
        elif word["pass"]:
            good = len(own) >= 6 and (_mixed(own) or (quoted and _with_signs(own)))
        else:
            good = len(own) >= 8 and _mixed(own)
        if good and entropy(own) >= 2.0:
            start = match.start("own")
            written = bool(word["pass"]) and any(sign in ":=" for sign in text[word.end() : start])
            sure = written or entropy(own) >= _RANDOM
            yield Found("key", start, start + len(own), own, sure, "said")


def _with_signs(text: str) -> bool:
    return any(not sign.isalnum() for sign in text) and any(map(str.isalpha, text))
