"""Long text as rows: paragraphs gathered to pieces of a few hundred words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

PIECE = 300  # words after which a piece ends with its paragraph
_LONGEST = 2 * PIECE  # words of one paragraph that are kept together
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+")

Part = tuple[int, str]  # the number of its first line, and the text


def pieces(paragraphs: Iterable[Part]) -> Iterator[Part]:
    """Paragraphs gathered until there are enough words; a heading begins a piece, never ends it."""
    start, last, words = 0, 0, 0
    held: list[str] = []
    for number, paragraph in _whole_enough(paragraphs):
        if held and (words >= PIECE or (paragraph.startswith("#") and words >= PIECE // 2)):
            last = max(start, last + 1)  # every row has a number of its own
            yield last, "\n\n".join(held)
            held, words = [], 0
        start = start if held else number
        held.append(paragraph)
        words += count_words(paragraph)
    if held:
        yield max(start, last + 1), "\n\n".join(held)


def paragraphs_of(lines: Iterable[str]) -> Iterator[Part]:
    """What stands between blank lines."""
    start, held = 0, []
    for number, line in enumerate(lines, start=1):
        plain = line.lstrip("\ufeff") if number == 1 else line
        if plain.strip():
            start = start or number
            held.append(plain.rstrip())
        elif held:
            yield start, "\n".join(held)
            start, held = 0, []
    if held:
        yield start, "\n".join(held)


def _whole_enough(paragraphs: Iterable[Part]) -> Iterator[Part]:
    """A paragraph as long as a chapter is cut at its lines, and long lines at their sentences."""
    for start, paragraph in paragraphs:
        if count_words(paragraph) <= _LONGEST:
            yield start, paragraph
            continue
        for number, line in enumerate(paragraph.split("\n"), start=start):
            held: list[str] = []
            words = 0
            for sentence in _SENTENCE.split(line):
                held.append(sentence)
                words += count_words(sentence)
                if words >= PIECE:
                    yield number, " ".join(held)
                    held, words = [], 0
            if held:
                yield number, " ".join(held)


def count_words(text: str) -> int:
    """Words as spaces part them; in scripts without spaces two letters count as one."""
    wide = 0 if text.isascii() else sum(1 for c in text if c > "\u2e80") // 2
    return max(len(text.split()), wide)
