"""Plain text and Markdown: paragraphs gathered to pieces of a few hundred words, a row each; or
questions with their answers, where marks say so."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import chain, islice

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.asked_text import ANSWER, QUESTION, asked_and_said, asks
from ftstudio.data.ingest.dialect import find_dialect
from ftstudio.data.ingest.encoding import find_encoding
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.ingest.pieces import paragraphs_of, pieces
from ftstudio.data.table import Problem

_COLUMN = "text"
_MARKDOWN = (".md", ".markdown")
_TABLES = (".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson", ".dat")  # a line is a row
_LOOKED_AT = 300  # lines from which it is told whether it is questions with their answers
_PARAGRAPH = re.compile(r"\S[^\n]*\n[ \t\r]*\n+\s*\S")  # a blank line between two that are not
_TABLE = 0.8  # regularity from which lines are the rows of a table
_LONG_LINE = 160  # characters on average from which every line is a paragraph of its own


def _recognise(probe: Probe) -> float:
    if not probe.text.strip():
        return 0
    if probe.suffix in _TABLES:
        return 0
    lines = probe.text.splitlines(keepends=True)[:_LOOKED_AT]
    if probe.suffix in _MARKDOWN or asks(lines):
        return 0.8
    filled = [line for line in lines if line.strip()]
    if len(filled) == 1:
        return 0.5  # of a table it would be the names alone
    if find_dialect(lines).regular > _TABLE:
        return 0
    long = sum(map(len, filled)) > _LONG_LINE * len(filled)
    return 0.5 if long or _PARAGRAPH.search(probe.text) else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    encoding = find_encoding(reading.path, reading.options.encoding)
    reading.details["encoding"] = encoding.said
    size = max(1, reading.path.stat().st_size)
    count, nuls = 0, NoNuls()
    with reading.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding.codec, errors=encoding.errors)
        lines = nuls.lines(text)
        head = list(islice(lines, _LOOKED_AT))
        read = _pairs if asks(head) else _pieces
        for item in read(chain(head, lines), reading):
            count += 1
            if count % 100 == 0:
                reading.done(raw.tell() / size)
            yield item
    reading.remarks += nuls.remark()
    if not count:
        raise _nothing(reading.name)
    if read is _pieces:
        reading.details["pieces"] = f"{count:,}, cut at the ends of paragraphs"


def _pieces(lines: Iterator[str], reading: Reading) -> Iterator[Record | Problem]:
    reading.columns.append(_COLUMN)
    for line, piece in pieces(paragraphs_of(lines)):
        yield Record(line, {_COLUMN: piece})


def _pairs(lines: Iterator[str], reading: Reading) -> Iterator[Record | Problem]:
    reading.columns += [QUESTION, ANSWER]
    for item in asked_and_said(lines):
        yield item if isinstance(item, Problem) else Record(*item)


def _nothing(name: str) -> StudioError:
    return StudioError(
        f"{name} is empty.",
        "There is no text in it.",
        "Choose another file, or export this one again.",
        code="empty_file",
    )


FORMAT = Format(
    key="text",
    title="Plain text",
    suffixes=(".txt", ".md", ".markdown", ".text"),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"encoding"}),
)
