"""JSON lines: one object per line; a broken line costs itself, never the file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import IO

from ftstudio.data.format import Block, Format, Item, Probe, Reading, Record
from ftstudio.data.ingest.encoding import find_encoding
from ftstudio.data.ingest.fast_json import fast_lines
from ftstudio.data.ingest.json_text import Broken, Doubled, NoComments, decode, decoder
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.table import Problem, excerpt

FAST_FROM = 1_000_000  # bytes; below this reading line by line is quick enough
BLOCK = 1 << 22  # bytes that are read together
_LOOKED_AT = 60
_JOINED = re.compile(r"\}\s*\{\s*\"")
_VALUE = "value"  # the column of lines that are no objects


def _recognise(probe: Probe) -> float:
    text = probe.text.lstrip()
    if not text:
        return 0
    ends = text.replace("\r", "\n").split("\n")  # in a text of JSON other ends are letters
    lines = [line.strip() for line in ends if line.strip()]
    if len(probe.head) >= 64_000 and len(lines) > 1:
        lines = lines[:-1]  # may have been cut
    named = probe.suffix in (".jsonl", ".ndjson")
    whole = sum(1 for line in lines[:_LOOKED_AT] if _is_object(line))
    if len(lines) > 1 and whole >= 2 and whole >= 0.5 * len(lines[:_LOOKED_AT]):
        return 1.5
    if named:
        joined = len(lines) > 1 or _JOINED.search(text)  # several values in one line
        return 0.5 if text[0] in "[{" and joined and not whole else 1.2
    return 0


def _is_object(line: str) -> bool:
    if not (line.startswith("{") and line.endswith("}")):
        return line.startswith("[{") and line.endswith("}]") and _parses(line)
    return _parses(line)


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _read(reading: Reading) -> Iterator[Item]:
    encoding = find_encoding(reading.path, reading.options.encoding)
    reading.details["encoding"] = encoding.said
    size = max(1, reading.path.stat().st_size)
    simple = encoding.codec in ("utf-8", "utf-8-sig") and encoding.sure
    reader = _Reader(reading, size)
    with reading.path.open("rb") as raw:
        if reading.fast and simple and size >= FAST_FROM:
            yield from reader.blocks(raw)
        else:
            yield from reader.rest(raw, encoding.codec, 1, encoding.told)
    reading.remarks += reader.nuls.remark() + reader.comments.remark()


class _Reader:
    """Reads lines; remembers whether there were objects, and which names stood twice."""

    def __init__(self, reading: Reading, size: int) -> None:
        self._reading, self._size = reading, size
        self._doubled = Doubled()
        self._how = decoder(self._doubled)
        self._objects = False
        self.nuls = NoNuls()
        self.comments = NoComments()

    def rest(
        self, raw: IO[bytes], codec: str, line: int, errors: str = "surrogateescape"
    ) -> Iterator[Record | Problem]:
        with io.TextIOWrapper(raw, encoding=codec, errors=errors) as text:
            for number, content in enumerate(text, start=line):
                if number % 2000 == 0:
                    self._reading.done(raw.tell() / self._size)
                yield from self.line(number, content)

    def line(self, number: int, line: str) -> Iterator[Record | Problem]:
        line = self.nuls.clean(line)
        if not line.strip() or self.comments.is_comment(line):
            return
        named = line.lstrip(" \t\ufeff").startswith("{")
        item = _parse(number, line.rstrip("\r\n"), self._how)
        if isinstance(item, Record) and self._objects and not named:
            item = Problem(number, "The line holds no named values.", excerpt(line))
        self._objects = self._objects or named
        yield item
        if self._doubled.names:
            self._reading.remarks.append(_doubled(number, self._doubled, line))

    def blocks(self, raw: IO[bytes]) -> Iterator[Item]:
        """Whole lines at a time. Lines that end with a return alone are for the careful way."""
        place, number = 0, 1
        while data := raw.read(BLOCK) + raw.readline():
            if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
                raw.seek(place)
                yield from self.rest(raw, "utf-8", number)
                return
            lines = data.split(b"\n")
            if not lines[-1]:
                lines.pop()
            for item in fast_lines(lines, number, self.line):
                self._objects = self._objects or isinstance(item, Block)
                yield item
            place, number = place + len(data), number + len(lines)
            self._reading.done(place / self._size)


def _parse(number: int, line: str, how: json.JSONDecoder) -> Record | Problem:
    start = len(line) - len(line.lstrip(" \t\r\n\ufeff"))
    try:
        value, end = decode(line, start, how)
        if rest := line[end:].strip(" \t\r\n,"):
            return Problem(number, "Something follows after the value has ended.", excerpt(rest))
    except Broken as broken:
        return Problem(number, broken.reason, excerpt(line))
    if isinstance(value, dict):
        return Record(number, value)
    return Record(number, {_VALUE: value})


def _doubled(number: int, doubled: Doubled, line: str) -> Problem:
    names = ", ".join(sorted(doubled.names))
    doubled.names.clear()
    return Problem(number, f"A name stands twice (duplicate key): {names}. The last one counts.",
                   excerpt(line))  # fmt: skip


FORMAT = Format(
    key="jsonl",
    title="JSON lines",
    suffixes=(".jsonl", ".ndjson"),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"encoding"}),
)
