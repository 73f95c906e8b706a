"""Reads a file in this process, with the code that the child runs: quick enough for hundreds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.read_child import ReadJob, read
from ftstudio.data.table import RawTable


def read_here(path: Path, into: Path, **options: Any) -> RawTable:
    into.mkdir(parents=True, exist_ok=True)
    return read(ReadJob(path, into, ReadOptions(**options), 600), lambda share: None)
