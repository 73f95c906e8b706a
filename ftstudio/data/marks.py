"""Cells that hold a mark: good or bad, one or several classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ftstudio.data.conversations.turns import parse_json
from ftstudio.data.layout import Row

_GOOD = {
    "true", "yes", "y", "1", "1.0", "+1", "good", "up", "thumbs up", "thumb up", "like", "liked",
    "desirable", "positive", "helpful", "correct", "right", "ok", "👍", "✓", "✔", "✅", "ja", "gut",
    "oui", "sí", "si", "bueno", "bon", "wahr", "richtig", "hilfreich", "good answer",
}  # fmt: skip
_BAD = {
    "false", "no", "n", "0", "0.0", "-1", "-1.0", "bad", "down", "thumbs down", "thumb down",
    "dislike", "disliked", "undesirable", "negative", "unhelpful", "not helpful", "incorrect",
    "wrong", "👎", "✗", "✘", "❌", "nein", "schlecht", "non", "malo", "mauvais", "falsch",
    "not desirable", "bad answer",
}  # fmt: skip
_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")  # skin colours, and "show it as a picture"
_BETWEEN = re.compile(r"[;|\n]")
_LONGEST_CLASS = 60  # characters; longer cells are texts


def read_mark(text: str) -> bool | None:
    """True: good, False: bad, None: neither is said."""
    plain = " ".join(re.sub(r"[_-]+(?=[a-z])", " ", _TONES.sub("", text).casefold()).split())
    if plain in _GOOD:
        return True
    return False if plain in _BAD else None


def read_classes(text: str) -> list[str]:
    """The classes of a cell: one, several with ; or | between them, or a JSON list."""
    value = parse_json(text)
    parts: Iterable[object] = value if isinstance(value, list) else _BETWEEN.split(text)
    return list(dict.fromkeys(plain for part in parts if (plain := " ".join(str(part).split()))))


def share_of_marks(name: str, sample: Sequence[Row]) -> tuple[float, bool]:
    """The share of the filled cells that say good or bad, and whether both occur."""
    marks = [read_mark(text) for row in sample if (text := (row.get(name) or "").strip())]
    known = {mark for mark in marks if mark is not None}
    said = sum(1 for mark in marks if mark is not None)
    return (said / len(marks) if marks else 0.0), len(known) == 2


def few_classes(name: str, sample: Sequence[Row]) -> int:
    """How many classes the cells hold, where they are short and come again; else 0."""
    cells = [read_classes(text) for row in sample if (text := (row.get(name) or "").strip())]
    said = [label for cell in cells for label in cell]
    if not said or any(len(label) > _LONGEST_CLASS for label in said):
        return 0
    different = len(set(said))
    return different if different <= max(2, 0.5 * len(cells)) else 0
