"""What is another one between two texts: the parts that went, came, and stayed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ftstudio.core.example import Example
from ftstudio.data.texts import in_short, texts

Kind = Literal["same", "gone", "new"]
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_MOST = 1_500  # words of a text that are compared one by one
_NEAR = 24  # characters that stay visible beside what is another


@dataclass(frozen=True)
class Part:
    kind: Kind
    text: str


def parts(before: str, after: str) -> list[Part]:
    """The whole of both texts, in order."""
    start, end = _common(before, after)
    head, tail = before[:start], before[len(before) - end :] if end else ""
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    found = [Part("same", head)]
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    if len(one) + len(other) > _MOST:
        found += [Part("gone", old), Part("new", new)]
    else:
        for _, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            same = one[i:j] == other[k:m]
            gone, came = "".join(one[i:j]), "".join(other[k:m])
            found += [Part("same", gone)] if same else [Part("gone", gone), Part("new", came)]
    return [part for part in [*found, Part("same", tail)] if part.text]


def _common(before: str, after: str) -> tuple[int, int]:
    """Characters that both have at the start and at the end, to the bounds of words."""
    most = min(len(before), len(after))
    start = 0
    while start < most and before[start] == after[start]:
        start += 1
    while 0 < start < max(len(before), len(after)) and _inside_word(before, after, start):
        start -= 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    while end and _inside_word(before[::-1], after[::-1], end):
        end -= 1
    return start, end


def _inside_word(one: str, other: str, place: int) -> bool:
    return any(
        0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
        for text in (one, other)
    )


def brief(found: list[Part], near: int = _NEAR, most: int = 60) -> list[Part]:
    """As much of it as tells what is another: what stayed is cut to what lies beside it."""
    short: list[Part] = []
    for place, part in enumerate(found):
        if part.kind != "same":
            short.append(Part(part.kind, _clipped(part.text, most)))
            continue
        first, last = place == 0, place == len(found) - 1
        if first and len(part.text) > near:
            short.append(Part("same", "…" + part.text[-near:]))
        elif last and len(part.text) > near:
            short.append(Part("same", part.text[:near] + "…"))
        elif not first and not last and len(part.text) > 2 * near:
            short.append(Part("same", f"{part.text[:near]} … {part.text[-near:]}"))
        else:
            short.append(part)
    return short


def _clipped(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[: most * 2 // 3]}…{text[-(most // 3) :]}"


def changed_text(before: Example, after: Example) -> tuple[str, str]:
    """The first text that is another one; what stands in a list where none is."""
    for one, other in zip(texts(before), texts(after), strict=False):
        if one != other:
            return one, other
    if (before.labels or before.number) != (after.labels or after.number):
        return _class(before), _class(after)
    about = " ".join(in_short(before)[0].split())
    return about, about


def _class(example: Example) -> str:
    return "; ".join(example.labels or ()) or f"{example.number:g}"
