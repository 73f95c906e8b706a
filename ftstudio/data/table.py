"""A file as rows of text: what was read, what could not be, and where the rows lie."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import write_text

SCHEMA = 1
ROW_COLUMN = "_row"  # the row's own number in the file: line, spreadsheet row, or item
GROUP = "group"  # the column of a dataset of this app that tells what belongs together
ROWS_FILE = "rows.parquet"
TABLE_FILE = "table.json"
READING = ".reading-"  # a folder so named is being written: nobody tells by whom
EXCERPT = 200  # characters of a problem row that are shown
MOST_DISTINCT = 1000


@dataclass(frozen=True)
class Column:
    """What a column holds. `distinct` is counted up to 1,000."""

    name: str
    kind: str  # "text", "number", "date", "yes/no", "list", "object", "empty"
    filled: int
    distinct: int
    examples: tuple[str, ...]
    mean_length: float = 0.0  # characters of the filled cells
    questions: float = 0.0  # share of the filled cells that end with a question mark


@dataclass(frozen=True)
class Problem:
    """A row that could not be read, or (as a remark) one that was read and is worth a look."""

    row: int  # the file's own line or row number; 0: the whole file
    reason: str
    text: str = ""


@dataclass
class RawTable:
    """All values are text or JSON text. Every row of the file is in `row_count` or `problems`.

    `remarks` are about rows that *were* read (they are part of `row_count`). `beside`: rows of a
    second file that was joined which fit none of this one; `row` is their number there.
    """

    path: Path
    sha256: str
    format: str
    details: dict[str, str]
    columns: list[Column]
    row_count: int
    problems: list[Problem]
    folder: Path
    size: int = 0
    remarks: list[Problem] = field(default_factory=list)
    beside: list[Problem] = field(default_factory=list)

    @property
    def rows_in_file(self) -> int:
        return self.row_count + sum(1 for problem in self.problems if problem.row)

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def rows(self, start: int = 0, count: int | None = None) -> list[dict[str, str | None]]:
        """Rows `start` to `start + count` (all, where no count is given), with "_row"."""
        stop = self.row_count if count is None else min(self.row_count, start + count)
        found: list[dict[str, str | None]] = []
        for batch in self._batches(start, stop):
            found.extend(batch)
        return found

    def each(self) -> Iterator[dict[str, str | None]]:
        """All rows, a few thousand of them in memory at a time."""
        for batch in self._batches(0, self.row_count):
            yield from batch

    def sample(self, count: int = 300) -> list[dict[str, str | None]]:
        """Rows from the beginning, the middle and the end: what a guess should look at."""
        if self.row_count <= count:
            return self.rows()
        part = count // 3
        middle = (self.row_count - part) // 2
        return [
            *self.rows(0, part),
            *self.rows(middle, part),
            *self.rows(self.row_count - part, part),
        ]

    def _batches(self, start: int, stop: int) -> Iterator[list[dict[str, str | None]]]:
        if start >= stop:
            return
        import pyarrow.parquet as parquet

        file = parquet.ParquetFile(self.folder / ROWS_FILE)
        with file:
            begin = 0
            for group in range(file.metadata.num_row_groups):
                size = file.metadata.row_group(group).num_rows
                if begin < stop and begin + size > start:
                    low = max(0, start - begin)
                    part = file.read_row_group(group).slice(low, stop - begin - low)
                    yield part.to_pylist()
                begin += size

    def save(self) -> None:
        """Write `table.json` beside the rows."""
        raw: dict[str, Any] = {"schema": SCHEMA, **asdict(self)}
        raw["path"] = str(self.path)
        del raw["folder"]
        write_text(self.folder / TABLE_FILE, json.dumps(raw, ensure_ascii=True))

    @classmethod
    def load(cls, folder: Path) -> RawTable:
        """Read a table that was saved. Raises StudioError where it is missing or damaged."""
        try:
            raw = json.loads((folder / TABLE_FILE).read_text("utf-8"))
            if raw.pop("schema") != SCHEMA or not (folder / ROWS_FILE).is_file():
                raise ValueError("another schema")
            raw["path"] = Path(raw["path"])
            raw["columns"] = [_column(column) for column in raw["columns"]]
            raw["problems"] = [Problem(**problem) for problem in raw["problems"]]
            raw["remarks"] = [Problem(**remark) for remark in raw["remarks"]]
            raw["beside"] = [Problem(**problem) for problem in raw.get("beside", [])]
            return cls(folder=folder, **raw)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StudioError(
                "The rows that were read can't be opened again.",
                f"The folder {folder} is missing or damaged.",
                "Choose the file again.",
                code="table_unreadable",
            ) from error


def _column(raw: dict[str, Any]) -> Column:
    return Column(**{**raw, "examples": tuple(raw["examples"])})


def first_of(names: Sequence[str], most: int = 5) -> str:
    """“a, b and 3 more”: the first of many, for a sentence."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def excerpt(text: str) -> str:
    """The beginning of a text, on one line, as long as a problem may show."""
    flat = " ".join(text[: EXCERPT * 2].split())
    return flat if len(flat) <= EXCERPT else flat[: EXCERPT - 1] + "…"
