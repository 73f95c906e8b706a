"""Rows that were read are kept for as long as a draft needs them, and read once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import list_drafts
from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.reading import read_file
from ftstudio.data.ingest.several import files_of
from ftstudio.data.table import RawTable
from ftstudio.data.versions.pending import sweep_readings

_KEPT = 3 * 24 * 3600  # seconds for which rows are kept that no draft needs
READER = 6  # raised when reading changes, so that tables read earlier are not reused


def reading_name(path: Path, options: ReadOptions) -> str:
    """The same file (place, size, time) read with the same options is read once."""
    try:
        seen = path.stat()
        state = [seen.st_size, seen.st_mtime_ns, seen.st_ino]
        if path.is_dir():  # its own time does not change with its files
            state += [
                number
                for _, file in files_of(path, options.sheet)
                for number in (file.stat().st_size, file.stat().st_mtime_ns)
            ]
    except OSError:
        state = []
    key = json.dumps([READER, str(path), state, asdict(options)], sort_keys=True)
    return f"read-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def read_once(
    workspace: Workspace,
    path: Path,
    options: ReadOptions,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RawTable:
    """Read into `sources/`, or take what was read from the very same file before."""
    path = path.expanduser().absolute()
    folder = workspace.sources / reading_name(path, options)
    if folder.is_dir():
        with contextlib.suppress(StudioError):  # damaged: read it again
            return RawTable.load(folder)
    return read_file(path, folder, options, progress, cancelled)


def sweep(workspace: Workspace) -> None:
    """Rows that were read for no draft that still exists, and readings that were broken off."""
    used = {Path(draft.table).name for draft in list_drafts(workspace)}
    sweep_readings(workspace.sources)
    for folder in workspace.sources.glob("read-*"):
        with contextlib.suppress(OSError):
            if folder.name not in used and time.time() - folder.stat().st_mtime > _KEPT:
                shutil.rmtree(folder)


def title_of(path: Path) -> str:
    """What a dataset of this file is called at first."""
    name = path.name
    for _ in range(2):
        name = Path(name).stem if Path(name).suffix.lower() in _ENDINGS else name
    return " ".join(name.replace("_", " ").split()) or path.name


_ENDINGS = {".csv", ".tsv", ".tab", ".txt", ".text", ".md", ".markdown", ".xlsx", ".xlsm", ".xls",
            ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".gz", ".zip", ".tar",
            ".tgz", ".docx", ".pdf", ".html", ".htm", ".sqlite", ".db", ".arrow",
            ".feather"}  # fmt: skip
