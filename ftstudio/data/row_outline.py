"""Recognises rows that a model has read, without keeping what they say about anybody.

An outline is a hash over the words in small letters; words with capitals, digits or signs count by
their length alone. So a recipe that lists the rows read can be handed on: names and numbers in the
rows can't be guessed and checked against it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from ftstudio.core.errors import StudioError

if TYPE_CHECKING:
    import regex

_LONG = 8  # hexadecimal digits: it is looked up by the row's number first


@cache
def _telling() -> regex.Pattern[str]:
    import regex

    plain = r"\p{Ll}.,;:!?'\"()\-–…„“”’"
    return regex.compile(rf"(?<!\S)[{plain}]*+[^\s{plain}]\S*")


def outline(texts: Iterable[str]) -> str:
    """Of a row, given as all its texts."""
    whole = "\0".join(texts)
    bare = _telling().sub(lambda word: "#" * len(word[0]), whole)
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:_LONG]


def written(outlines: Mapping[str, str]) -> str:
    """Outlines by row, as a setting of a step holds them: "12:0a1b2c3d,13:…"."""
    return ",".join(f"{key}:{seen}" for key, seen in outlines.items())


def read_back(said: str) -> dict[str, str]:
    """Raises StudioError where it is not what `written` writes."""
    try:
        return dict(part.split(":") for part in said.split(",")) if said else {}
    except ValueError as error:
        raise unreadable() from error


def unreadable() -> StudioError:
    return StudioError(
        "What a model found in the rows can't be read.",
        "It is not the list that the app writes.",
        "Take the step back, and let the model read the rows again.",
        code="reading_unreadable",
    )
