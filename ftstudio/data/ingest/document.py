"""A document as rows: its main table where it is mostly that, else its text in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Reading, Record
from ftstudio.data.ingest.header import find_header, last_filled, uneven
from ftstudio.data.ingest.pieces import pieces
from ftstudio.data.table import Problem, excerpt

TEXT = "the text"
_MOSTLY = 0.5  # share of all letters from which a table is what the document is about


@dataclass(frozen=True)
class Words:
    """A paragraph, a heading, an item of a list."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table in the document, row by row."""

    rows: list[list[str]]

    @property
    def letters(self) -> int:
        return sum(len(cell) for row in self.rows for cell in row)

    @property
    def is_table(self) -> bool:
        """More than a frame around text: several rows of several cells."""
        return sum(1 for row in self.rows if sum(1 for c in row if c.strip()) > 1) > 1


def document_rows(parts: Iterable[Words | Grid], reading: Reading) -> Iterator[Record | Problem]:
    """`reading.options.sheet` chooses a table or the text, as it does in a workbook."""
    found = list(parts)
    tables = [part for part in found if isinstance(part, Grid) and part.is_table]
    names = [TEXT, *(f"table {number}" for number in range(1, len(tables) + 1))]
    wanted = reading.options.sheet
    if wanted is not None and wanted not in names:
        raise StudioError(
            f"{reading.name} has no part named {wanted}.",
            f"Its parts are: {', '.join(names)}.",
            "Choose one of these.",
            code="no_sheet",
        )
    chosen = wanted or _main(found, tables, names)
    if tables:
        reading.details["sheet"] = chosen
        reading.details["sheets"] = " / ".join(names)
    if chosen == TEXT:
        yield from _as_text(found, reading)
    else:
        yield from _as_table(tables[names.index(chosen) - 1], reading)


def _main(found: list[Words | Grid], tables: list[Grid], names: list[str]) -> str:
    letters = sum(p.letters if isinstance(p, Grid) else len(p.text) for p in found)
    largest = max(tables, key=lambda table: table.letters, default=None)
    if largest is None or largest.letters < _MOSTLY * letters:
        return TEXT
    return names[tables.index(largest) + 1]


def _as_text(found: list[Words | Grid], reading: Reading) -> Iterator[Record | Problem]:
    reading.columns.append("text")
    count = 0
    for number, text in pieces(_paragraphs(found)):
        count += 1
        yield Record(number, {"text": text})
    if not count:
        raise StudioError(
            f"{reading.name} holds no text.",
            "There are no words in it: it may hold pictures only.",
            "Choose another file.",
            code="no_text",
        )
    reading.details["pieces"] = f"{count:,}, cut at the ends of paragraphs"


def _paragraphs(found: list[Words | Grid]) -> Iterator[tuple[int, str]]:
    for number, part in enumerate(found, start=1):
        if isinstance(part, Grid):
            lines = [" | ".join(row) for row in part.rows if any(cell.strip() for cell in row)]
            text = "\n".join(lines)
        else:
            text = part.text
        if text.strip():
            yield number, text.strip()


def _as_table(table: Grid, reading: Reading) -> Iterator[Record | Problem]:
    chosen = reading.options.header_row
    header = find_header(table.rows[:60], None if chosen is None else chosen - 1)
    at = f"row {header.at + 1}" if header.at >= 0 else "none: the columns are numbered"
    reading.details["header"] = at
    reading.columns.extend(header.names)
    width = len(header.names)
    for number, row in enumerate(table.rows[header.at + 1 :], start=header.at + 2):
        if not any(cell.strip() for cell in row):
            continue
        if last_filled(row) > width:
            reason = uneven(last_filled(row), width)
            yield Problem(number, reason, excerpt(" | ".join(row)))
            continue
        cells = [*row[:width], *[""] * (width - len(row))]
        yield Record(number, dict(zip(header.names, cells, strict=True)))
