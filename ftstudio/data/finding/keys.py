"""Keys, tokens and passwords: by the prefixes their makers publish, and by how random they look."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from ftstudio.data.finding.found import Found, matched

_FORMS = {
    "aws": r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}",
    "github": r"gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{50,100}",
    "gitlab": r"glpat-[A-Za-z0-9_-]{20,64}",
    "slack": r"xox[abeoprs]-[A-Za-z0-9-]{10,250}",
    "model_service": r"sk-(?:[a-z]{2,10}\d{0,2}-)*[A-Za-z0-9_-]{20,250}",
    "stripe": r"(?:sk|rk|pk|whsec)_(?:(?:live|test)_)?[A-Za-z0-9]{16,200}",
    "google": r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{30,300}",
    "huggingface": r"hf_[A-Za-z0-9]{30,60}",
    "package_index": r"pypi-[A-Za-z0-9_-]{50,300}|npm_[A-Za-z0-9]{36}",
    "mail_service": r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}",
    "cloud": r"do[opr]_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "bot": r"\d{8,10}:AA[A-Za-z0-9_-]{33}",
    "web_token": r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{8,1000}",
}
_KNOWN = re.compile(
    "(?<![A-Za-z0-9_-])(?:"
    + "|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items())
    + ")(?![A-Za-z0-9])"
)
_PREFIXES = re.compile(
    r"A(?:KIA|SIA|ROA|IDA|Iza)|gh[pousr]_|github_pat|glpat|xox|sk[-_]|[rp]k_|whsec|ya29|hf_|pypi-"
    r"|npm_|SG\.|do[opr]_v1|shp|:AA|eyJ"
)
_PRIVATE = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:.{0,8000}?-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    re.DOTALL,
)
_SAID = re.compile(
    r"(?:pass(?:word|wd|phrase)|secret|api[ _-]?key|access[ _-]?(?:key|token)|auth[ _-]?token"
    r"|bearer|kennwort|passwort|contraseña|mot de passe)[\"']?\s*(?:[:=]|\bis\b|\bist\b)\s*[\"']?"
    r"(?P<own>[^\s\"',;<>]{8,200})", re.I
)  # fmt: skip
_SAID_WORDS = re.compile(r"pass|secret|key|token|bearer|kennwort|contras", re.I)
_RANDOM = 3.0  # bits a sign; English words have less than that for their length
_GIVEN = re.compile(r"[{<$%*]|example|placeholder|xxxx|your|\.\.\.", re.I)


def entropy(text: str) -> float:
    """Bits a sign, by how often each sign comes."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def keys(text: str) -> Iterator[Found]:
    if _PREFIXES.search(text):
        for match in _KNOWN.finditer(text):
            name = match.lastgroup or ""
            if name in ("aws", "web_token") or entropy(match.group()) >= _RANDOM:
                yield matched("key", match, True, name)
    if "PRIVATE KEY" in text:
        for match in _PRIVATE.finditer(text):
            yield matched("key", match, True, "private_key")
    if _SAID_WORDS.search(text):
        yield from _said(text)


def _said(text: str) -> Iterator[Found]:
    for match in _SAID.finditer(text):
        own = match["own"].rstrip(".)!?")
        mixed = any(sign.isdigit() for sign in own) and any(sign.isalpha() for sign in own)
        if mixed and len(own) >= 8 and entropy(own) >= 2.5 and not _GIVEN.search(own):
            start = match.start("own")
            yield Found("key", start, start + len(own), own, entropy(own) >= _RANDOM, "said")
