"""JSON lines: one object per line; a broken line costs itself, never the file."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from ftstudio.data.encoding import find_encoding
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.json_text import Broken, Doubled, decode, decoder
from ftstudio.data.table import Problem, excerpt

_LOOKED_AT = 60
_VALUE = "value"  # the column of lines that are no objects


def _recognise(probe: Probe) -> float:
    text = probe.text.lstrip()
    if not text:
        return 0
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(probe.head) >= 64_000 and len(lines) > 1:
        lines = lines[:-1]  # may have been cut
    named = probe.suffix in (".jsonl", ".ndjson")
    whole = sum(1 for line in lines[:_LOOKED_AT] if _is_object(line))
    if len(lines) > 1 and whole >= 2 and whole >= 0.5 * len(lines[:_LOOKED_AT]):
        return 1.5
    if named:
        return 0.5 if text[0] in "[{" and len(lines) > 1 and not whole else 1.2
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


def _read(reading: Reading) -> Iterator[Record | Problem]:
    encoding = find_encoding(reading.path, reading.options.encoding)
    reading.details["encoding"] = encoding.title + ("" if encoding.sure else ", guessed")
    size = max(1, reading.path.stat().st_size)
    doubled = Doubled()
    how = decoder(doubled)
    objects = 0
    with reading.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding.codec, errors="surrogateescape")
        for number, line in enumerate(text, start=1):
            if number % 2000 == 0:
                reading.done(raw.tell() / size)
            if not line.strip():
                continue
            named = line.lstrip(" \t\ufeff").startswith("{")
            item = _parse(number, line.rstrip("\r\n"), how)
            if isinstance(item, Record) and objects and not named:
                item = Problem(number, "The line holds no named values.", excerpt(line))
            objects += named
            yield item
            if doubled.names:
                reading.remarks.append(_doubled(number, doubled, line))


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
)
