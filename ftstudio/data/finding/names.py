"""Names, places, organisations and addresses in a text, from the label that a model gave each of
its words. Knows no model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KINDS = ("name", "place", "organisation", "address")
_BEGINS, _INSIDE = "BSU", "IELM"
_FIRST = re.compile(r"^([BIESLUMbieslum])[-_](?=\w)")
_LAST = re.compile(r"(?<=\w)[-_]([BIESLU])$")
_SURE = 0.6  # a model's own share, on average over the words


@dataclass(frozen=True)
class Word:
    """Where it stands, the label it was given, and how sure the model is of it. `kind`: one of
    KINDS, or "" where the label is nothing of ours."""

    start: int
    end: int
    label: str
    kind: str
    share: float


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: str
    sure: bool = True


def begins(label: str) -> bool | None:
    """Whether a label says that something begins here; None where its scheme does not tell."""
    match = _FIRST.match(label) or _LAST.search(label)
    return None if match is None else match.group(1).upper() in _BEGINS


def joined(words: Iterable[Word], text: str) -> list[Span]:
    """Neighbouring words of one kind as one span, unless a label says that another one begins.
    First and last names that have labels of their own are one name."""
    spans: list[list[Word]] = []
    for word in words:
        if not word.kind:
            continue
        before = spans[-1][-1] if spans else None
        if before is not None and _goes_on(before, word, text):
            spans[-1].append(word)
        else:
            spans.append([word])
    found = [_span(own, text) for own in spans]
    return [span for span in found if span.end > span.start]


def _goes_on(before: Word, word: Word, text: str) -> bool:
    between = text[before.end : word.start]
    if before.kind != word.kind or len(between) > 3 or "\n" in between:
        return False
    other = bare(before.label) != bare(word.label)
    if between.strip(" ," if other and word.kind == "address" else " "):
        return False  # a word or a sign that belongs to none
    return other or begins(word.label) is not True


def bare(label: str) -> str:
    """Without the scheme's mark: "PER" of "B-PER"."""
    return _LAST.sub("", _FIRST.sub("", label))


def _span(words: Sequence[Word], text: str) -> Span:
    start, end = words[0].start, words[-1].end
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not (text[end - 1].isalnum() or text[end - 1] == "."):
        end -= 1
    if end > start and text[end - 1] == "." and len(words) == 1:
        end -= 1
    share = sum(word.share for word in words) / len(words)
    return Span(start, end, words[0].kind, share >= _SURE)
