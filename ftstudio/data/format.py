"""What a file format declares: how it is recognised, and how its bytes become rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ftstudio.core.registry import discover
from ftstudio.data.table import Problem


@dataclass(frozen=True)
class ReadOptions:
    """What the person may set where the guess was wrong. None means guessed."""

    sheet: str | None = None  # of a workbook; also a table, an archive's file, a folder's part
    encoding: str | None = None
    delimiter: str | None = None
    skip_bad: bool = True  # False: stop at the first row that can't be read
    header_row: int | None = None  # 1-based; 0: the file has no header


@dataclass(frozen=True)
class Record:
    """One row: its own number in the file, and its values by column name."""

    row: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Block:
    """Many rows at once, column by column: what a fast reader gives in place of Records."""

    rows: Any  # numpy, whole numbers: each row's own number
    columns: dict[str, Any]  # name: pyarrow large_string, as they are kept
    values: dict[str, list[Any]] = field(default_factory=dict)  # of columns that are not all text

    def records(self) -> list[Record]:
        columns = {
            name: self.values.get(name) or column.to_pylist()
            for name, column in self.columns.items()
        }
        return [
            Record(int(row), {name: values[at] for name, values in columns.items()})
            for at, row in enumerate(self.rows)
        ]


@dataclass
class Reading:
    """What a reader is given, and where it leaves what it found out on the way."""

    path: Path  # unpacked
    name: str  # as the person sees it
    options: ReadOptions
    home: Path | None = None  # where the rows will lie for good
    scratch: Path | None = None  # where a format may leave what it needs while it reads
    fast: bool = False  # whoever asks can take Blocks
    details: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)  # in the file's order, where it has one
    remarks: list[Problem] = field(default_factory=list)
    done: Callable[[float], None] = lambda share: None  # progress, 0 to 1


@dataclass(frozen=True)
class Probe:
    """The beginning of a file, for recognising it; a folder has only its path."""

    path: Path
    suffix: str  # lower case, without .gz: ".csv"
    head: bytes  # the first 64 kB
    text: str  # the same, decoded, or empty where it is no text


Item = Record | Problem | Block  # Blocks only where the Reading is fast


@dataclass(frozen=True)
class Format:
    """One kind of file. Declared once per module in `data/formats/`."""

    key: str
    title: str  # "Spreadsheet (Excel)"
    suffixes: tuple[str, ...]
    recognise: Callable[[Probe], float]  # 0: no; above 1: its own first bytes say so
    read: Callable[[Reading], Iterator[Item]]
    heeds: frozenset[str] = frozenset()  # of ReadOptions: what may be set for such a file


@cache
def formats() -> dict[str, Format]:
    return discover("ftstudio.data.formats", Format, minimum=15)


ARCHIVES = (".zip", ".tar", ".tgz")  # of any of these; unpacked before a format sees it


def suffixes() -> tuple[str, ...]:
    """All the endings that a file dialog offers."""
    plain = [suffix for kind in formats().values() for suffix in kind.suffixes]
    return (*plain, *(f"{suffix}.gz" for suffix in plain), *ARCHIVES, ".tar.gz")


def known_kinds() -> str:
    """What can be read, for a sentence: "Arrow table (Feather), Text table (CSV, TSV), …"."""
    kinds = [kind.title for kind in formats().values()]
    return f"{', '.join(kinds)}; also packed (ZIP, TAR, GZ)"
