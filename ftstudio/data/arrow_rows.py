"""Rows of Arrow tables as plain values; shared by the formats that are Arrow inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_BATCH = 1_000  # rows turned into values at once


def rows_of(batches: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Each row as a dictionary; a large batch goes piece by piece, so that memory stays small."""
    for batch in batches:
        for start in range(0, batch.num_rows, _BATCH):
            for values in batch.slice(start, _BATCH).to_pylist():
                yield {name: plain(value) for name, value in values.items()}


def plain(value: Any) -> Any:
    """Bytes as text where they are text; structs and lists all the way down."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return f"({len(value):,} bytes)"
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
