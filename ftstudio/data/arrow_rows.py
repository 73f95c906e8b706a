"""Rows of Arrow tables as plain values; shared by the formats that are Arrow inside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ftstudio.data.pictures import suffix_of

FILES = "files"  # beside the rows: pictures that stood in them, and what an archive held
_BATCH = 1_000  # rows turned into values at once


def rows_of(batches: Iterable[Any], home: Path | None = None) -> Iterator[dict[str, Any]]:
    """Each row as a dictionary; a large batch goes piece by piece, so that memory stays small.
    Pictures that stand in the rows become files in `home`; the row then names them."""
    for batch in batches:
        for start in range(0, batch.num_rows, _BATCH):
            for values in batch.slice(start, _BATCH).to_pylist():
                yield {name: plain(value, home) for name, value in values.items()}


def plain(value: Any, home: Path | None = None) -> Any:
    """Bytes as text where they are text; structs and lists all the way down."""
    if isinstance(value, bytes):
        if home is not None and (suffix := suffix_of(value[:16])):
            return _file_of(value, home, suffix)
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return f"({len(value):,} bytes)"
    if isinstance(value, list):
        return [plain(item, home) for item in value]
    if isinstance(value, dict):
        if home is not None and set(value) == {"bytes", "path"} and value["bytes"]:
            return plain(value["bytes"], home)
        return {key: plain(item, home) for key, item in value.items()}
    return value


def _file_of(value: bytes, home: Path, suffix: str) -> str:
    name = hashlib.sha256(value).hexdigest() + suffix
    home.mkdir(exist_ok=True)
    if not (home / name).exists():
        (home / name).write_bytes(value)
    return name
