"""Cells from lines of a text table, row by row: forgiving, and loud about what is wrong."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from ftstudio.data.format import Record
from ftstudio.data.ingest.dialect import NONE, Dialect, plain_quotes
from ftstudio.data.ingest.header import NAMES_AGAIN, last_filled, uneven
from ftstudio.data.table import Problem, excerpt

LONGEST_CELL = 5_000  # lines one quoted cell may span before its quote counts as stray
PATIENCE = 2_000  # unclosed quotes that are looked for; later ones are taken as plain text

Line = tuple[int, str]
Parsed = tuple[int, list[str]]  # line number and cells


class Lines:
    """Physical lines with their numbers; lines can be given back."""

    def __init__(self, source: Iterator[Line]) -> None:
        self._source = source
        self._waiting: deque[Line] = deque()

    def peek(self, count: int) -> list[str]:
        while len(self._waiting) < count and (line := next(self._source, None)):
            self._waiting.append(line)
        return [line for _, line in islice(self._waiting, count)]

    def skip(self, count: int) -> None:
        for _ in range(count):
            self.next()

    def next(self) -> Line | None:
        return self._waiting.popleft() if self._waiting else next(self._source, None)

    def give_back(self, lines: list[Line]) -> None:
        self._waiting.extendleft(reversed(lines))


class Strays:
    """How many quotes never closed so far."""

    def __init__(self) -> None:
        self.count = 0


def records(lines: Lines, dialect: Dialect, strays: Strays) -> Iterator[Parsed | Problem]:
    """Rows as csv reads them. A quote that never closes costs its own line, not the rest."""
    taken: list[Line] = []

    def feed() -> Iterator[str]:
        while len(taken) < LONGEST_CELL and (line := lines.next()):
            taken.append(line)
            yield plain_quotes(line[1]) if dialect.escaped else line[1]

    reader = _reader(feed(), dialect, quotes=strays.count < PATIENCE)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error:
            lines.give_back(taken[1:])
            strays.count += 1
            yield _stray_quote(taken[0], len(taken) > 1, dialect)
            taken.clear()
            reader = _reader(feed(), dialect, quotes=strays.count < PATIENCE)
            continue
        if cells is None:
            return
        yield taken[0][0], cells


def _reader(
    source: Iterator[str], dialect: Dialect, quotes: bool = True, strict: bool = True
) -> Iterator[list[str]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    return csv.reader(
        source, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=strict,
        quoting=quoting, skipinitialspace=dialect.spaced,
    )  # fmt: skip


def _stray_quote(line: Line, spans: bool, dialect: Dialect) -> Parsed | Problem:
    """A stray quote inside one line is taken as it stands; an open one is reported."""
    number, text = line
    if dialect.delimiter == NONE:
        return number, [text.rstrip("\r\n")]
    if spans or text.count(dialect.quote) % 2:
        return Problem(number, "A quotation mark opens here and is never closed.", excerpt(text))
    plain = next(_reader(iter([text]), dialect, quotes=False))
    loose = next(_reader(iter([text]), dialect, strict=False))
    return number, plain if len(plain) == len(loose) else loose


class Judge:
    """Makes rows of cells, by the names of the header. Rows of another width are problems."""

    def __init__(self, names: Sequence[str], short_is_fine: bool) -> None:
        self.names = list(names)
        self.short_is_fine = short_is_fine
        self.empty = 0  # rows without a word, left out

    def row(self, item: Parsed | Problem) -> Record | Problem | None:
        if isinstance(item, Problem):
            return item
        line, cells = item
        width = len(self.names)
        if len(cells) != width:
            filled = last_filled(cells)
            if filled and (filled > width or (len(cells) < width and not self.short_is_fine)):
                reason = _ragged(max(filled, len(cells)), width)
                return Problem(line, reason, excerpt(" | ".join(cells)))
            cells = [*cells[:width], *[""] * (width - len(cells))]
        if width > 1 and cells == self.names:
            return Problem(line, NAMES_AGAIN, excerpt(" | ".join(cells)))
        if any(cells):
            return Record(line, dict(zip(self.names, cells, strict=True)))
        self.empty += 1
        return None


def _ragged(count: int, width: int) -> str:
    hint = (
        " A cell that holds the separator needs quotation marks around it." if count > width else ""
    )
    return f"{uneven(count, width)}{hint}"
