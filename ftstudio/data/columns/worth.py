"""What an answer is worth: a score, or a rank of which the first is the best."""

from __future__ import annotations

from typing import Any

from ftstudio.core.example import Message
from ftstudio.core.numerals import read_number
from ftstudio.data.conversations.turns import Unusable, is_talk, parse_json, read_turns
from ftstudio.data.table import excerpt

_RANKS = ("rank", "ranks", "ranking", "rankings", "rang", "place", "order")


def worth(value: Any, name: str) -> float:
    """Higher is better; `name` is the column's. Raises Unusable."""
    number = None if isinstance(value, bool) else read_number(str(value))
    if number is None:
        raise Unusable(f"“{excerpt(str(value))}” is not a score.")
    ranked = any(word in name.casefold().replace("-", "_").split("_") for word in _RANKS)
    return -number if ranked else number


def asked_before(text: str) -> list[Message]:
    """What the rival answers answer: a question, or a conversation. Raises Unusable."""
    value = parse_json(text)
    if is_talk(value):
        return read_turns(value, answered=False)
    if not text.strip():
        raise Unusable("Nothing is asked before the answers.")
    return [Message(role="user", content=text)]
