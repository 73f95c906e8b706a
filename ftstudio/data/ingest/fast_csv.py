"""Reads the clean stretches of a text table as columns; hands every doubtful row to the careful
reader, so that both give the same rows with the same line numbers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from ftstudio.data.format import Block, Record
from ftstudio.data.ingest import csv_lines
from ftstudio.data.ingest.csv_lines import LONGEST_CELL, Judge, Line, Lines, Strays, records
from ftstudio.data.ingest.dialect import Dialect
from ftstudio.data.ingest.header import NAMES_AGAIN
from ftstudio.data.ingest.nuls import NoNuls
from ftstudio.data.table import Problem, excerpt

BLOCK = 1 << 22  # bytes that are looked at together
_QUOTE, _LINE, _RETURN = 34, 10, 13
_MARK = b"\xef\xbb\xbf"

Item = Record | Problem | Block


@dataclass
class FastCsv:
    """A table in UTF-8 whose dialect and columns are known."""

    file: IO[bytes]
    dialect: Dialect
    judge: Judge
    strays: Strays
    seen: Callable[[int], None] = lambda place: None  # bytes read so far
    nuls: NoNuls = field(default_factory=NoNuls)

    def items(self, line: int) -> Iterator[Item]:
        """Everything from this line on."""
        place = self._place_of(line)
        self.file.seek(place)
        rest = b""
        while True:
            chunk = self.file.read(BLOCK)
            data = rest + chunk + (self.file.read(1) if chunk.endswith(b"\r") else b"")
            if _odd(data) or self.strays.count >= csv_lines.PATIENCE:
                yield from self._carefully(place, line)
                return
            stretch = _Stretch(self, data, line, last=len(chunk) < BLOCK)
            yield from stretch.items()
            place, line, rest = place + stretch.done, stretch.line, data[stretch.done :]
            self.seen(place)
            if stretch.last:
                return

    def _place_of(self, line: int) -> int:
        """Where this line begins; it is among the first."""
        self.file.seek(0)
        for _ in range(line - 1):
            self.file.readline()
        return self.file.tell()

    def _carefully(self, place: int, line: int) -> Iterator[Item]:
        """The rest of the file, row by row."""
        self.file.seek(place)
        with io.TextIOWrapper(self.file, "utf-8", "surrogateescape", newline="") as text:
            lines = enumerate(self.nuls.lines(text), start=line)
            found = records(Lines(lines), self.dialect, self.strays)
            for count, item in enumerate(found):
                if count % 2000 == 0:
                    self.seen(self.file.tell())
                if (row := self.judge.row(item)) is not None:
                    yield row


def _odd(data: bytes) -> bool:
    """Lines that end with a return alone, or bytes that are no text."""
    lone = b"\r" in data and data.count(b"\r") != data.count(b"\r\n")
    return lone or b"\0" in data


class _Stretch:
    """Some bytes that begin with a row. `done`: how many of them became rows."""

    def __init__(self, table: FastCsv, data: bytes, line: int, last: bool) -> None:
        import numpy as np

        self.table, self.data, self.last = table, data, last
        self.bytes = np.frombuffer(data, np.uint8)
        self.quotes = np.flatnonzero(self.bytes == _QUOTE)
        self.breaks = np.flatnonzero(self.bytes == _LINE)
        self.end = len(data) if last else (int(self.breaks[-1]) + 1 if len(self.breaks) else 0)
        self.line, self.done = line, 0
        self._first_line = line

    def items(self) -> Iterator[Item]:
        while self.done < self.end:
            stop, doubtful = self._clean_until()
            if stop > self.done:
                yield from self._block(stop)
            if not doubtful:
                return
            item = self._careful_row()
            if item is None:
                return  # it goes on in the bytes to come
            if (row := self.table.judge.row(item)) is not None:
                yield row
            if self.table.strays.count >= csv_lines.PATIENCE:
                self.last = False  # the rest is for the careful reader
                return

    def _clean_until(self) -> tuple[int, bool]:
        """Where the row begins up to which all is as it should be, and whether that one is
        doubtful (else it only lacks its end)."""
        import numpy as np

        quotes = self.quotes[np.searchsorted(self.quotes, self.done) :]
        quotes = quotes[: np.searchsorted(quotes, self.end)]
        breaks = self.breaks[np.searchsorted(self.breaks, self.done) :]
        outside = np.flatnonzero(np.searchsorted(quotes, breaks) % 2 == 0)
        lines = np.diff(outside, prepend=-1)
        doubt = self._first_doubt(quotes)
        long = np.flatnonzero(lines > LONGEST_CELL)
        if len(long):
            before = outside[long[0] - 1] if long[0] else -1
            doubt = min(doubt, int(breaks[before]) + 1 if before >= 0 else self.done)
        ends = breaks[outside]
        if doubt < self.end:
            before = int(np.searchsorted(ends, doubt))
            return (int(ends[before - 1]) + 1 if before else self.done), True
        stop = int(ends[-1]) + 1 if len(ends) else self.done
        if len(quotes) % 2 == 0:
            return (self.end if self.last else stop), False
        open_lines = len(breaks) - (int(outside[-1]) + 1 if len(outside) else 0)
        return stop, self.last or open_lines >= LONGEST_CELL

    def _first_doubt(self, quotes: Any) -> int:
        """The first quote that neither opens nor closes a cell as it should."""
        import numpy as np

        if not len(quotes):
            return self.end
        sign = ord(self.table.dialect.delimiter)
        opening, closing = quotes[0::2], quotes[1::2]
        before = self.bytes[np.maximum(opening - 1, 0)]
        good = (opening == self.done) | (before == sign) | (before == _LINE)
        good[1:] |= closing[: len(opening) - 1] == opening[1:] - 1
        doubts = opening[~good][:1].tolist()
        after = self.bytes[np.minimum(closing + 1, len(self.bytes) - 1)]
        good = (after == sign) | (after == _LINE) | (after == _RETURN)
        good |= closing + 1 >= len(self.bytes)
        count = len(opening) - 1
        good[:count] |= opening[1:] == closing[:count] + 1
        doubts += closing[~good][:1].tolist()
        return int(min([*doubts, self.end]))

    def _careful_row(self) -> Any:
        """The row at `done` as the careful reader takes it; None: the bytes end before it does."""
        source = _LinesOf(self)
        lines = Lines(iter(source))
        strays = self.table.strays.count
        item = next(records(lines, self.table.dialect, self.table.strays), None)
        if source.ended and not self.last:
            self.table.strays.count = strays
            return None
        following = lines.next()
        if following is None:
            self.done, self.line = self.end, self.line + source.count
        else:
            self.done, self.line = source.place_of(following[0]), following[0]
        return item

    def _block(self, stop: int) -> Iterator[Item]:
        """The clean bytes from `done` to `stop` as columns, but for rows of another width."""
        import numpy as np

        low, high = np.searchsorted(self.breaks, [self.done, stop])
        breaks = self.breaks[low:high]
        quotes = self.quotes[np.searchsorted(self.quotes, self.done) :]
        quotes = quotes[: np.searchsorted(quotes, stop)]
        closing = np.flatnonzero(np.searchsorted(quotes, breaks) % 2 == 0)
        ends = breaks[closing]
        starts = np.concatenate(([self.done], ends + 1))
        if starts[-1] >= stop:
            starts = starts[:-1]
        else:
            ends = np.append(ends, stop)
        numbers = self.line + np.concatenate(([0], closing + 1))[: len(starts)]
        length = ends - starts
        blank = (length == 0) | ((length == 1) & (self.bytes[starts] == _RETURN))
        self.table.judge.empty += int(blank.sum())
        kept = ~blank
        yield from self._parsed(starts[kept], numbers[kept], stop, bool(len(quotes)))
        self.done, self.line = stop, self.line + int(high - low)

    def _parsed(self, starts: Any, numbers: Any, stop: int, quoted: bool) -> Iterator[Item]:
        import numpy as np

        if not len(starts):
            return
        try:
            columns, ragged = self._columns(stop, quoted)
        except ValueError:  # what pyarrow raises
            columns, ragged = [], list(range(len(starts)))
        if self.data[self.done : self.done + 3] == _MARK:
            columns, ragged = [], list(range(len(starts)))
        if len(columns[0] if columns else []) + len(ragged) != len(starts):
            columns, ragged = [], list(range(len(starts)))
        whole = np.delete(np.arange(len(starts)), ragged)
        at = 0
        for row in ragged:
            before = int(np.searchsorted(whole, row))
            made = self._one(int(starts[row]), int(numbers[row]))
            if isinstance(made, Problem):
                yield made
            elif made is not None:
                yield from self._cut(columns, numbers[whole], at, before)
                at = before
                yield made
        yield from self._cut(columns, numbers[whole], at, len(whole))

    def _one(self, start: int, number: int) -> Record | Problem | None:
        source = _LinesOf(self, start, number)
        item = next(records(Lines(iter(source)), self.table.dialect, Strays()))
        return self.table.judge.row(item)

    def _cut(self, columns: list[Any], numbers: Any, low: int, high: int) -> Iterator[Item]:
        """Rows `low` to `high`, without those that hold no word."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if high <= low:
            return
        part = [column.slice(low, high - low) for column in columns]
        rows = numbers[low:high]
        empty = np.ones(len(rows), bool)
        for column in part:
            if not empty.any():
                break
            empty &= pc.binary_length(column).to_numpy(zero_copy_only=False) == 0
        if empty.any():
            self.table.judge.empty += int(empty.sum())
            kept = pa.array(~empty)
            part, rows = [column.filter(kept) for column in part], rows[~empty]
        again = self._names_again(part)
        if again.any():
            cells = excerpt(" | ".join(self.table.judge.names))
            yield from (Problem(int(row), NAMES_AGAIN, cells) for row in rows[again])
            kept = pa.array(~again)
            part, rows = [column.filter(kept) for column in part], rows[~again]
        if len(rows):
            yield Block(rows, dict(zip(self.table.judge.names, part, strict=True)))

    def _names_again(self, part: list[Any]) -> Any:
        """Which rows only repeat the names of the columns."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        names = [name.encode("utf-8", "surrogateescape") for name in self.table.judge.names]
        found = np.full(len(part[0]), len(part) > 1)
        for column, name in zip(part, names, strict=True):
            if not found.any():
                break
            same = pc.equal(column.view(pa.large_binary()), pa.scalar(name, pa.large_binary()))
            found &= same.to_numpy(zero_copy_only=False)
        return found

    def _columns(self, stop: int, quoted: bool) -> tuple[list[Any], list[int]]:
        """pyarrow's columns, and the places of rows of another width."""
        import pyarrow as pa
        from pyarrow import csv

        ragged: list[int] = []

        def skip(row: Any) -> str:
            ragged.append(row.number - 1)
            return "skip"

        names = [str(number) for number in range(len(self.table.judge.names))]
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(self.data).slice(self.done, stop - self.done)),
            read_options=csv.ReadOptions(
                column_names=names, use_threads=False, block_size=stop - self.done + 1
            ),
            parse_options=csv.ParseOptions(
                delimiter=self.table.dialect.delimiter,
                newlines_in_values=quoted,
                invalid_row_handler=skip,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
        return [column.combine_chunks() for column in table.columns], ragged


class _LinesOf:
    """The lines of a stretch from a place on, decoded one by one."""

    def __init__(self, stretch: _Stretch, start: int | None = None, line: int | None = None):
        import numpy as np

        self._stretch = stretch
        self._start = stretch.done if start is None else start
        self._line = stretch.line if line is None else line
        self._at = int(np.searchsorted(stretch.breaks, self._start))
        self.count = len(stretch.breaks) - self._at
        self.ended = False

    def __iter__(self) -> Iterator[Line]:
        start, stretch = self._start, self._stretch
        for number, end in enumerate(stretch.breaks[self._at :].tolist(), start=self._line):
            yield number, stretch.data[start : end + 1].decode("utf-8", "surrogateescape")
            start = end + 1
        if stretch.last and start < len(stretch.data):
            rest = stretch.data[start:].decode("utf-8", "surrogateescape")
            yield self._line + self.count, rest
        self.ended = True

    def place_of(self, line: int) -> int:
        """Where a later line begins."""
        return int(self._stretch.breaks[self._at + line - self._line - 1]) + 1
