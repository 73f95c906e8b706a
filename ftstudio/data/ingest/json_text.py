"""JSON as people's files have it: values with their fault in words, doubled names, deep nests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from ftstudio.core.units import plural
from ftstudio.data.table import Problem

DEEPEST = 200  # levels; more can't be a conversation
_OPENS = re.compile(r"//|/\*")
_BETWEEN = frozenset(',[]{}":\n\r0123456789el')  # signs behind which a comment can stand
_TEXT_OR_COMMENT = re.compile(
    r'"(?:[^"\\\n]|\\[^\n])*"|"[^\n]*|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))', re.DOTALL
)
_SIGN = re.compile(r"[^\n]")
_SURROUNDINGS = re.compile(r'[\[\]{}"]')


class Broken(ValueError):
    """A value that is no JSON: the fault in words, and where it is."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Doubled:
    """Collects names that stand twice in one object; the last value counts, as everywhere."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    self.names.add(name)
                seen.add(name)
        return value


def decoder(doubled: Doubled) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=doubled.pairs)


def decode(text: str, at: int, how: json.JSONDecoder) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends. Raises Broken."""
    try:
        value, end = how.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise Broken(in_words(error), error.pos) from error
    except RecursionError as error:
        raise Broken("It is nested too deep to be an example.", at) from error
    except ValueError as error:  # a number of more than 4,300 digits
        raise Broken("It holds a number too long to be read.", at) from error
    if too_deep(value):
        raise Broken(f"It is nested more than {DEEPEST} levels deep.", at)
    return value, end


class NoComments:
    """Leaves out what people write for each other beside the values, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def clean(self, text: str) -> str:
        """The text with blanks in the place of comments, so that lines keep their numbers."""
        if not any(_may_comment(text, mark.start()) for mark in _OPENS.finditer(text)):
            return text  # nearly all are addresses
        return _TEXT_OR_COMMENT.sub(self._blank, text)

    def is_comment(self, line: str) -> bool:
        """A whole line that is one."""
        found = line.lstrip().startswith("//")
        self.count += found
        return found

    def _blank(self, match: re.Match[str]) -> str:
        comment = match["comment"]
        self.count += comment is not None
        return match[0] if comment is None else _SIGN.sub(" ", comment)

    def remark(self) -> list[Problem]:
        if not self.count:
            return []
        told = plural(self.count, "1 comment (// or /* */) was", "{n} comments (// or /* */) were")
        return [Problem(0, f"{told} left out: there are none in JSON.")]


def _may_comment(text: str, at: int) -> bool:
    before = text[max(0, at - 200) : at].rstrip(" \t")
    if text[at - 1 : at] == ":":
        return False  # https://
    return not before or before[-1] in _BETWEEN


def in_words(error: json.JSONDecodeError) -> str:
    said = error.msg
    if said.startswith("Unterminated string"):
        return "A text is opened with a quotation mark and never closed: the line was cut off."
    if said.startswith("Expecting ',' delimiter"):
        return "A comma is missing, or the value ends too early."
    if said.startswith("Expecting ':'"):
        return "A colon is missing after a name."
    if said.startswith("Expecting property name"):
        return "A name in double quotation marks is missing (single quotes don't count)."
    if said.startswith("Illegal trailing comma"):
        return "There is a comma too many at the end."
    if said.startswith("Invalid control character"):
        return "A line break or tab stands inside a text; in JSON it is written \\n or \\t."
    if "escape" in said:
        return "A backslash stands before a sign that needs none."
    if said.startswith("Extra data"):
        return "Something follows after the value has ended."
    return "It is not JSON."


def too_deep(value: Any) -> bool:
    """Deeper than DEEPEST; walks level by level, so that it can't overflow itself."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(DEEPEST):
        following: list[Any] = []
        for item in level:
            inner: Iterable[Any] = item.values() if isinstance(item, dict) else item
            following.extend(i for i in inner if isinstance(i, (dict, list)))
        if not following:
            return False
        level = following
    return True


def skip_value(text: str, at: int) -> int:
    """Where the object or list that begins at `at` ends, by its brackets alone; the length of
    the text where it never does."""
    depth, inside = 0, False
    position = at
    while found := _SURROUNDINGS.search(text, position):
        sign, position = found.group(), found.end()
        if inside:
            backslashes = 0
            before = found.start() - 1
            while sign == '"' and before >= 0 and text[before] == "\\":
                backslashes += 1
                before -= 1
            inside = not (sign == '"' and backslashes % 2 == 0)
        elif sign == '"':
            inside = True
        else:
            depth += 1 if sign in "[{" else -1
            if depth <= 0:
                return position
    return len(text)
