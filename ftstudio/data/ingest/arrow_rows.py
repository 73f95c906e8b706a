"""Rows of Arrow tables as plain values; shared by the formats that are Arrow inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ftstudio.core.units import plural
from ftstudio.data.pictures import suffix_of

FILES = "files"  # beside the rows: pictures that stood in them, and what an archive held
_BATCH = 1_000  # rows turned into values at once


def rows_of(batches: Iterable[Any], home: Path | None = None) -> Iterator[dict[str, Any]]:
    """Each row as a dictionary; a large batch goes piece by piece, so that memory stays small.
    Pictures that stand in the rows become files in `home`; the row then names them."""
    for batch in batches:
        named = class_names(batch.schema)
        for start in range(0, batch.num_rows, _BATCH):
            for values in batch.slice(start, _BATCH).to_pylist():
                row = {name: plain(value, home) for name, value in values.items()}
                for name, classes in named.items():
                    row[name] = _class_of(row.get(name), classes)
                yield row


def class_names(schema: Any) -> dict[str, list[str]]:
    """The names of classes that stand as numbers, as `datasets` notes them beside the columns."""
    try:
        told = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = told.get("info", {}).get("features") or {}
        found = {
            name: one["names"] for name, one in features.items()
            if isinstance(one, dict) and one.get("_type") == "ClassLabel"
        }  # fmt: skip
    except (ValueError, AttributeError, KeyError):
        return {}
    return {n: names for n, names in found.items() if isinstance(names, list) and names}


def _class_of(value: Any, classes: list[str]) -> Any:
    """-1 stands for no class: the answers of many test sets are kept back."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if value == -1:
        return None
    return classes[value] if 0 <= value < len(classes) else value


def plain(value: Any, home: Path | None = None) -> Any:
    """Bytes as text where they are text; structs and lists all the way down."""
    if isinstance(value, bytes):
        if home is not None and (suffix := suffix_of(value[:16])):
            return _file_of(value, home, suffix)
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return plural(len(value), "(1 byte)", "({n} bytes)")
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
