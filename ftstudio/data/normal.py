"""When two texts count as the same: for duplicates, and for keeping questions on one side."""

from __future__ import annotations

import re
import unicodedata

from ftstudio.core.example import Example

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_EDGES = re.compile(r"^\W+|\W+$")


def normal(text: str) -> str:
    """Without regard to upper and lower case, white space and how letters are composed."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return " ".join(text.casefold().split())


def normal_question(text: str) -> str:
    """As `normal`, and without signs at the ends: "Who are you?" is "who are you"."""
    whole = normal(text)
    return _EDGES.sub("", whole) or whole


def whole_text(example: Example) -> str:
    """All that is said in a conversation, normalised, with who said it."""
    turns = [f"{m.role}:{normal(m.content)}{m.tool_calls or ''}" for m in example.messages]
    return "\n".join(turns)
