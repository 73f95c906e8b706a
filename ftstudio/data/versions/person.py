"""One person's name, address or number: whether a text holds it, and the text without it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.data.normal import normal

ERASED = "[erased]"
_SHORTEST = 3
# As JSON spells them, and JSON inside JSON: spaces, what ends in a letter or digit and is none of a
# word, and what nobody sees.
_SPACES = r"\\+(?:[ntr]|u00a0|u20[02][0-9a-f]|u3000)"
_BEFORE = (r"\\[ntrbf]", r"\\u00[89ab][0-9a-f]", r"\\u20[0-6][0-9a-f]", r"\\u30[01][0-9a-f]",
           r"\\uff0[0-9a-f]")  # fmt: skip
_BEHIND = r"(?!\w)(?!\\+u(?!00[89ab]|20[0-6]|30[01]|ff0|feff)[0-9a-f]{4})"
_UNSEEN = "[\u200b\u200c\u200d\u2060\ufeff\u00ad]|\\\\+u(?:200[bcd]|2060|feff|00ad)"
# A search is one call of C, meanwhile nothing else in Python moves: so many characters at once,
# and so many of them again, in which a mention on the border lies whole.
_WINDOW, _AGAIN = 200_000, 4_000


class Person:
    """Found whole ("Ann" is not in "Anna"), whatever the case, the spaces and how its letters are
    composed."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        plain = normal(text)
        if len(plain) < _SHORTEST:
            raise StudioError(
                f"“{text}” is too short to be looked for.",
                "It would be found in nearly everything.",
                "Give a whole name, e-mail address or number.",
                code="text_too_short",
            )
        self._plain = re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)")
        words = f"(?:\\s|{_SPACES})+".join(_spelled(part) for part in text.split())
        before = f"(?:(?<!\\w){''.join(f'|(?<={one})' for one in _BEFORE)})"
        self._raw = re.compile(f"{before}{words}{_BEHIND}", re.IGNORECASE)

    def is_in(self, value: Any) -> bool:
        """Whether a text, or any text inside lists and objects, names the person."""
        return any(self._plain.search(normal(text)) for text in strings(value))

    def is_in_example(self, example: Example) -> bool:
        return self.is_in(example.model_dump(exclude={"source_row"}))

    def count_in_file(self, text: str, tell: Callable[[float], None] | None = None) -> int:
        """In a file's own text, JSON or not. `tell` may raise to stop."""
        return sum(1 for _ in self._mentions(text, tell))

    def without(self, text: str) -> str:
        """A file's own text with “[erased]” in the person's place."""
        kept, at = [], 0
        for start, end in self._mentions(text):
            kept += [text[at:start], ERASED]
            at = end
        return "".join([*kept, text[at:]])

    def _mentions(
        self, text: str, tell: Callable[[float], None] | None = None
    ) -> Iterator[tuple[int, int]]:
        at = 0
        while at < len(text):
            if tell:
                tell(0.0)
            end = min(len(text), at + _WINDOW)
            found = self._raw.search(text, at, end)
            if found and end < len(text) and found.end() == end:  # it may go on
                found = self._raw.search(text, found.start())
            if found:
                yield found.span()
            at = found.end() if found else end if end == len(text) else end - _AGAIN

    def scrubbed(self, value: Any) -> Any:
        """The same lists and objects; texts that name the person are gone."""
        if isinstance(value, str):
            cleaned = self.without(value)
            return ERASED if self.is_in(cleaned) else cleaned
        if isinstance(value, dict):
            return {self.scrubbed(key): self.scrubbed(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.scrubbed(one) for one in value]
        return value


def _spelled(word: str) -> str:
    """Letter by letter as itself, composed of two signs, or as JSON spells it outside ASCII; signs
    that nobody sees may stand in between."""
    letters = (_letter(letter) for letter in unicodedata.normalize("NFC", word))
    return f"(?:{_UNSEEN})*".join(letters)


def _letter(letter: str) -> str:
    if letter.isascii():
        told = re.escape(json.dumps(letter)[1:-1])
        return re.escape(letter) if told == re.escape(letter) else f"(?:{told}|{re.escape(letter)})"
    both = {letter, letter.lower(), letter.upper()}
    forms = both | {unicodedata.normalize("NFD", one) for one in both}
    ways = {re.escape(one) for one in forms}
    ways |= {_escaped(one) for one in forms}
    return f"(?:{'|'.join(sorted(ways, key=len, reverse=True))})"


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1].replace("\\u", "\\\\+u")


def strings(value: Any) -> Iterator[str]:
    """Every text in lists and objects, and in texts that are lists or objects as JSON."""
    if isinstance(value, str):
        if value[:1] in ("[", "{") and value[-1:] in ("]", "}"):
            try:
                yield from strings(json.loads(value))
                return
            except (ValueError, RecursionError):
                pass
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from strings(key)
            yield from strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from strings(one)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
