"""JSON documents: a list, an object that holds one, columns, or objects one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.encoding import find_encoding
from ftstudio.data.ingest.json_shapes import rows_in, rows_of_lists
from ftstudio.data.ingest.json_text import Broken, Doubled, NoComments, decode, decoder, skip_value
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.table import Problem, excerpt

_VALUE = "value"  # the column of items that are no objects
_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT_ITEM = re.compile(r"[}\]]\s*,\s*(?=[{\[])")
_NEXT_DOCUMENT = re.compile(r"\n(?=\{)")
_BEGINS_LIKE = re.compile(r'\s*(\[\s*(\{\s*"|\[)|\{\s*")')


def _recognise(probe: Probe) -> float:
    text = probe.text.lstrip()
    if not text:
        return 0
    if probe.suffix in (".json", ".jsonl", ".ndjson"):
        return 1.1 if text[0] in "[{" else 0.7
    return 1.0 if _BEGINS_LIKE.match(text) and text.rstrip()[-1] in ']},"' else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    encoding = find_encoding(reading.path, reading.options.encoding)
    reading.details["encoding"] = encoding.said
    nuls = NoNuls()
    text = nuls.clean(reading.path.read_bytes().decode(encoding.codec, encoding.told))
    comments = NoComments()
    text = comments.clean(text.removeprefix("\ufeff"))
    reading.remarks += nuls.remark() + comments.remark()
    items = _Items(text, reading)
    first = items.space(0)
    if not items.text[first:]:
        raise _nothing(reading.name)
    found = items.of_list(first) if items.text[first] == "[" else items.documents(first)
    objects = 0
    for number, value in _unwrapped(found, items, reading):
        if isinstance(value, Broken):
            yield Problem(number, value.reason, items.excerpt(value.at))
            continue
        if isinstance(value, dict):
            objects += 1
            yield Record(number, value)
        elif objects:
            yield Problem(number, "The item holds no named values.", excerpt(str(value)))
        else:
            yield Record(number, {_VALUE: value})


Item = tuple[int, Any]  # the row number, and a value or what is broken


def _unwrapped(found: Iterator[Item], items: _Items, reading: Reading) -> Iterator[Item]:
    """Look at the first two: a single object may hold the rows; lists of lists are a table."""
    first = next(found, None)
    if first is None:
        return
    second = next(found, None)
    value = first[1]
    if second is None and isinstance(value, dict) and not items.listed:
        rows = rows_in(value, reading.details)
        yield from enumerate(rows, start=1) if rows != [value] else [first]
        return
    if isinstance(value, list):
        rest = [first, *([second] if second else []), *found]
        lists = [item for _, item in rest]
        rows = rows_of_lists(lists)
        begin = 1 + len(lists) - len(rows)  # the first rows may name the columns
        yield from rest if rows is lists else enumerate(rows, start=begin)
        return
    yield first
    if second is not None:
        yield second
    yield from found


class _Items:
    """Walks through the text item by item, keeping count of lines."""

    def __init__(self, text: str, reading: Reading) -> None:
        self.text = text
        self.listed = False
        self._reading = reading
        self._doubled = Doubled()
        self._how = decoder(self._doubled)
        self._line, self._counted_to = 1, 0
        self._last = 0

    def space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def excerpt(self, at: int) -> str:
        start = self.text.rfind("\n", 0, at) + 1
        return excerpt(self.text[max(start, at - 80) : at + 200])

    def of_list(self, at: int) -> Iterator[Item]:
        """The items of the list that begins at `at`, then whatever follows it."""
        self.listed = True
        position = self.space(at + 1)
        if self.text[position : position + 1] == "]":
            yield from self._after(position + 1)
            return
        while position < len(self.text):
            if self.text[position] in ",]":
                self._remark(position, "There is a comma too many.")
                if self.text[position] == "]":
                    yield from self._after(position + 1)
                    return
                position = self.space(position + 1)
                continue
            number = self._number(position)
            value, end = self._value(position)
            yield number, value
            end = self.space(end)
            sign = self.text[end : end + 1]
            if sign == "]":
                yield from self._after(end + 1)
                return
            if sign != "," and not isinstance(value, Broken):
                self._remark(end, "A comma is missing between two items." if sign else _CUT_OFF)
            position = self.space(end + 1 if sign == "," else end)
            if sign and sign not in ',[{"' and not isinstance(value, Broken):
                yield self._number(end), Broken("Something stands where a comma should.", end)
                return
        if not self._reading.remarks:
            self._remark(len(self.text), _CUT_OFF)

    def documents(self, at: int) -> Iterator[Item]:
        """Values one after another, as tools write them that append."""
        while at < len(self.text):
            number = self._number(at)
            value, end = self._value(at, _NEXT_DOCUMENT)
            yield number, value
            at = self.space(end)

    def _after(self, at: int) -> Iterator[Item]:
        at = self.space(at)
        if at >= len(self.text):
            return
        if self.text[at] == "[":
            yield from self.of_list(at)
        elif self.text[at] == "{":
            yield from self.documents(at)
        else:
            yield self._number(at), Broken("Something follows after the value has ended.", at)

    def _value(self, at: int, resume: re.Pattern[str] = _NEXT_ITEM) -> tuple[Any, int]:
        try:
            value, end = decode(self.text, at, self._how)
        except Broken as broken:
            return broken, self._resume(at, broken, resume)
        if self._doubled.names:
            names = ", ".join(sorted(self._doubled.names))
            self._doubled.names.clear()
            self._remark(at, f"A name stands twice (duplicate key): {names}. The last one counts.")
        return value, end

    def _resume(self, at: int, broken: Broken, resume: re.Pattern[str]) -> int:
        if broken.at == at and self.text[at] in "[{":
            return skip_value(self.text, at)
        found = resume.search(self.text, max(at + 1, broken.at - 1))
        if not found:
            return len(self.text)
        return found.start() + 1 if resume is _NEXT_ITEM else found.end()

    def _number(self, at: int) -> int:
        """The line, or the next number where several items share a line."""
        self._line += self.text.count("\n", self._counted_to, at)
        self._counted_to = at
        self._last = max(self._line, self._last + 1)
        self._reading.done(at / max(1, len(self.text)))
        return self._last

    def _remark(self, at: int, reason: str) -> None:
        line = self._line + self.text.count("\n", self._counted_to, at)
        self._reading.remarks.append(
            Problem(line, reason, self.excerpt(min(at, len(self.text) - 1)))
        )


_CUT_OFF = "The list is never closed: the end of the file may be missing."


def _nothing(name: str) -> StudioError:
    return StudioError(
        f"{name} is empty.",
        "There is no text in it.",
        "Choose another file, or export this one again.",
        code="empty_file",
    )


FORMAT = Format(
    key="json",
    title="JSON",
    suffixes=(".json",),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"encoding"}),
)
