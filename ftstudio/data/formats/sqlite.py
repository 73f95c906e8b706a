"""Databases in one file (SQLite): a table or view is chosen like a sheet; nothing is written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.arrow_rows import plain
from ftstudio.data.table import Problem

_MAGIC = b"SQLite format 3\x00"
_BATCH = 1_000
_STEPS = 100_000  # of the database's machine, between two looks at the clock
_LONGEST = 60  # seconds until rows must have begun to come


def _recognise(probe: Probe) -> float:
    return 2 if probe.head.startswith(_MAGIC) else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    log = reading.path.with_name(reading.path.name + "-wal")
    if log.is_file() and log.stat().st_size:
        reading.remarks.append(
            Problem(0, "Another program has the database open: its latest changes are missing.")
        )
    place = f"file:{quote(str(reading.path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(place, uri=True)) as base:
            base.execute("PRAGMA trusted_schema=OFF")
            base.execute("PRAGMA cell_size_check=ON")
            base.set_progress_handler(_Patience(), _STEPS)
            base.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            yield from _rows(base, reading)
    except sqlite3.Error as error:
        raise _damaged(reading.name, str(error)) from error


class _Patience:
    """Ends a query that computes for minutes without giving a row: a view that never ends."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _LONGEST

    def __call__(self) -> bool:
        return time.monotonic() > self._until


def _rows(base: sqlite3.Connection, reading: Reading) -> Iterator[Record | Problem]:
    table = _choose(base, reading)
    total = max(1, _count(base, table))
    cursor = base.execute(f"SELECT * FROM {_quoted(table)}")
    if total * len(cursor.description) < 10**9:
        base.set_progress_handler(None, 0)  # its end is known
    names = [column[0] for column in cursor.description]
    reading.columns.extend(names)
    row = 0
    while batch := cursor.fetchmany(_BATCH):
        for values in batch:
            row += 1
            yield Record(row, {n: plain(v) for n, v in zip(names, values, strict=True)})
        reading.done(row / total)


def _choose(base: sqlite3.Connection, reading: Reading) -> str:
    """The one asked for, or the table that holds most; views come after tables."""
    found = base.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, rowid"
    )
    names = [str(name) for (name,) in found]
    wanted = reading.options.sheet
    if not names:
        raise StudioError(
            f"{reading.name} holds no table.",
            "The database is empty.",
            "Choose another file.",
            code="no_rows",
        )
    if wanted is not None and wanted not in names:
        raise StudioError(
            f"{reading.name} has no table named {wanted}.",
            f"Its tables are: {', '.join(names)}.",
            "Choose one of these.",
            code="no_sheet",
        )
    chosen = wanted or max(names, key=lambda name: _fullness(base, name))
    reading.details["sheet"] = chosen
    if len(names) > 1:
        reading.details["sheets"] = " / ".join(names)
    return chosen


def _fullness(base: sqlite3.Connection, name: str) -> int:
    try:
        wide = len(base.execute(f"SELECT * FROM {_quoted(name)} LIMIT 1").description)
        return _count(base, name) * wide
    except sqlite3.Error:
        return -1  # a view on something that is gone


def _count(base: sqlite3.Connection, name: str) -> int:
    return int(base.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _damaged(name: str, said: str) -> StudioError:
    return StudioError(
        f"{name} can't be read as a database.",
        f"It begins like an SQLite file, but: {said}.",
        "Copy it again while no program has it open, or export the table as CSV.",
        code="damaged",
    )


FORMAT = Format(
    key="sqlite",
    title="Database (SQLite)",
    suffixes=(".sqlite", ".sqlite3", ".db"),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"sheet"}),
)
