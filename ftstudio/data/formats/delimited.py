"""Text tables: CSV, TSV and their kin, as forgiving as Excel and louder about what is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Item, Probe, Reading, Record
from ftstudio.data.ingest.csv_lines import Judge, Lines, Parsed, Strays, records
from ftstudio.data.ingest.dialect import NONE, Dialect, find_dialect
from ftstudio.data.ingest.encoding import find_encoding
from ftstudio.data.ingest.fast_csv import FastCsv
from ftstudio.data.ingest.header import (
    SECOND_NAMES,
    Header,
    find_header,
    is_known_name,
    is_second_names,
    last_filled,
)
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.table import Problem, excerpt

_SNIFFED = 300  # lines looked at before the first row is read
_SHORT_IS_USUAL = 0.3  # share of rows without their last cells above which that is no fault

_UTF8 = ("utf-8", "utf-8-sig")
_RULE = re.compile(r":?-{3,}:?")  # |---|:--|
FAST_FROM = 1_000_000  # bytes; below this reading row by row is quick enough


def _recognise(probe: Probe) -> float:
    if not probe.text:
        return 0
    if probe.suffix in (".csv", ".tsv", ".tab"):
        return 0.6
    return 0.3 if probe.suffix in (".txt", "", ".dat", ".text") else 0.1


def _read(reading: Reading) -> Iterator[Item]:
    options, details = reading.options, reading.details
    encoding = find_encoding(reading.path, options.encoding)
    details["encoding"] = encoding.said
    size = max(1, reading.path.stat().st_size)
    csv.field_size_limit(1 << 30)
    with reading.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding.codec, errors=encoding.errors, newline="")
        nuls = NoNuls()
        lines = Lines(enumerate(nuls.lines(text), start=1))
        first = lines.peek(_SNIFFED)
        dialect = find_dialect(first, options.delimiter, Path(reading.name.lower()).suffix)
        details["separator"] = dialect.title + ("" if dialect.sure else ", guessed")
        lines.skip(dialect.skip)
        strays = Strays()
        parsed = records(lines, dialect, strays)
        head = list(islice(parsed, _SNIFFED))
        chosen = options.header_row
        if chosen is None and dialect.delimiter == NONE and _is_list(reading.name, head):
            chosen = 0
        header = _header(head, chosen, reading)
        yield from _drop_more_names(head, header.names)
        judge = Judge(header.names, _short_is_usual(head, len(header.names)))
        simple = encoding.codec in _UTF8 and encoding.sure and not judge.short_is_fine
        simple = simple and not nuls.count
        if reading.fast and head and size >= FAST_FROM and simple and _usual(dialect, first):
            with reading.path.open("rb") as again:
                table = FastCsv(
                    again, dialect, judge, Strays(), lambda at: reading.done(at / size), nuls
                )
                yield from table.items(_line_of(head[0]))
        else:
            yield from _rows(judge, head, parsed, reading, lambda: raw.tell() / size)
    reading.remarks += nuls.remark()
    if judge.empty:
        details["empty rows"] = f"{judge.empty:,} left out"


def _usual(dialect: Dialect, lines: list[str]) -> bool:
    """What the fast reader knows: one-byte signs between cells, and usual line ends."""
    plain = dialect.delimiter.isascii() and dialect.delimiter not in (NONE, '"')
    plain = plain and dialect.quote == '"'
    plain = plain and not dialect.spaced
    return plain and not dialect.escaped and not any(line.endswith("\r") for line in lines)


def _is_list(name: str, head: list[Parsed | Problem]) -> bool:
    """A text, one line a row: its first line is a row too, if it is no word that names columns.
    What is called a table has names."""
    first = next((item[1] for item in head if not isinstance(item, Problem) and any(item[1])), [""])
    return not name.lower().endswith(FORMAT.suffixes) and not is_known_name(first[0])


def _line_of(item: Parsed | Problem) -> int:
    return item.row if isinstance(item, Problem) else item[0]


def _header(head: list[Parsed | Problem], chosen: int | None, reading: Reading) -> Header:
    rows = [item for item in head if not isinstance(item, Problem)]
    if not any(last_filled(cells) for _, cells in rows) and not head:
        raise _no_rows(reading)
    index: int | None = None
    if chosen is not None:
        index = next((i for i, (line, _) in enumerate(rows) if line == chosen), -1)
    header = find_header([cells for _, cells in rows], index)
    if header.at < 0:
        reading.details["header"] = "none: the columns are numbered"
    else:
        line = rows[header.at][0]
        reading.details["header"] = f"line {line}"
        if header.titles:
            reading.details["above the header"] = excerpt(" / ".join(header.titles))
        _drop_until(head, line)
    reading.columns.extend(header.names)
    return header


def _drop_until(head: list[Parsed | Problem], line: int) -> None:
    keep = [
        item for item in head
        if _line_of(item) > line
    ]  # fmt: skip
    head[:] = keep


def _drop_more_names(head: list[Parsed | Problem], names: list[str]) -> list[Problem]:
    """A second row of names is no example, and the line under the names of a Markdown table none
    either (that one holds nothing, and is not worth a word)."""
    rows = [item for item in head if not isinstance(item, Problem)]
    if not rows or rows[0] is not head[0]:
        return []
    line, cells = rows[0]
    filled = [cell.strip() for cell in cells if cell.strip()]
    if filled and all(map(_RULE.fullmatch, filled)):
        del head[0]
        return []
    if not is_second_names(names, cells, _cells(rows[1:])):
        return []
    del head[0]
    return [Problem(line, SECOND_NAMES, excerpt(" | ".join(filled)))]


def _cells(rows: list[Parsed]) -> list[list[str]]:
    return [cells for _, cells in rows[:60]]


def _no_rows(reading: Reading) -> StudioError:
    return StudioError(
        f"{reading.name} has no rows.",
        "There is nothing in it but empty lines.",
        "Choose another file, or fill this one and try again.",
        code="no_rows",
    )


def _rows(
    judge: Judge,
    head: list[Parsed | Problem],
    parsed: Iterator[Parsed | Problem],
    reading: Reading,
    position: Callable[[], float],
) -> Iterator[Record | Problem]:
    for count, item in enumerate(chain(head, parsed)):
        if count % 2000 == 0:
            reading.done(position())
        if (row := judge.row(item)) is not None:
            yield row


def _short_is_usual(head: list[Parsed | Problem], width: int) -> bool:
    widths = [len(item[1]) for item in head if not isinstance(item, Problem) and any(item[1])]
    short = sum(1 for count in widths if count < width)
    return len(widths) >= 20 and short > _SHORT_IS_USUAL * len(widths)


FORMAT = Format(
    key="csv",
    title="Text table (CSV, TSV)",
    suffixes=(".csv", ".tsv", ".tab"),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"encoding", "delimiter", "header_row"}),
)
