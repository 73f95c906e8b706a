"""Plain text and Markdown: paragraphs gathered to pieces of a few hundred words, a row each."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.dialect import find_dialect
from ftstudio.data.ingest.encoding import find_encoding
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.ingest.pieces import paragraphs_of, pieces
from ftstudio.data.table import Problem

_COLUMN = "text"
_MARKDOWN = (".md", ".markdown")
_PARAGRAPH = re.compile(r"\S[^\n]*\n[ \t\r]*\n+\s*\S")  # a blank line between two that are not
_TABLE = 0.8  # regularity from which lines are the rows of a table
_LONG_LINE = 160  # characters on average from which every line is a paragraph of its own


def _recognise(probe: Probe) -> float:
    if not probe.text.strip():
        return 0
    if probe.suffix in _MARKDOWN:
        return 0.8
    if probe.suffix not in (".txt", ".text"):
        return 0
    lines = probe.text.splitlines(keepends=True)[:300]
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
    reading.columns.append(_COLUMN)
    size = max(1, reading.path.stat().st_size)
    count, nuls = 0, NoNuls()
    with reading.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding.codec, errors=encoding.errors)
        for line, piece in pieces(paragraphs_of(nuls.lines(text))):
            count += 1
            if count % 100 == 0:
                reading.done(raw.tell() / size)
            yield Record(line, {_COLUMN: piece})
    reading.remarks += nuls.remark()
    if not count:
        raise _nothing(reading.name)
    reading.details["pieces"] = f"{count:,}, cut at the ends of paragraphs"


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
