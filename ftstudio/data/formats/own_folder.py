"""A dataset that this app froze, as a folder: its parts as they are, its other files left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.normal import asked
from ftstudio.data.table import GROUP, Problem
from ftstudio.data.versions.stored import from_stored

_MANIFEST = "version.json"
_PARTS = ("train", "validation", "test")
_PICTURES = "pictures"
_BATCH = 2_000

Row = dict[str, Any]


def _recognise(probe: Probe) -> float:
    names = (_MANIFEST, *(f"{part}.parquet" for part in _PARTS))
    whole = probe.path.is_dir() and all((probe.path / name).is_file() for name in names)
    return 3 if whole else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    number = 0
    for place, part in enumerate(_PARTS):
        path = reading.path / f"{part}.parquet"
        try:
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=_BATCH):
                    for row in batch.to_pylist():
                        number += 1
                        yield Record(number, {**_told(row), "part": part, **_group(row)})
                    reading.done(place / len(_PARTS))
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise _damaged(reading.name, path.name) from error


def _told(row: Row) -> dict[str, str | None]:
    """The row in columns whose names say what they hold."""
    more = json.loads(row["more"]) if row.get("more") else {}
    if "text" in more:
        return {"text": more["text"]}
    if "labels" in more or "number" in more:
        turns = json.loads(row["messages"])
        text = next((turn.get("content", "") for turn in turns if turn["role"] == "user"), "")
        if "number" in more:
            return {"text": text, "rating": json.dumps(more["number"])}
        labels = more["labels"]
        return {"text": text, "label": labels[0] if len(labels) == 1 else json.dumps(labels)}
    told = {"messages": row["messages"]}
    if "chosen" in more:
        sides = {
            side: json.dumps(more[side], ensure_ascii=False) for side in ("chosen", "rejected")
        }
        told = {"conversations": row["messages"], **sides}
    if "good" in more:
        told["label"] = json.dumps(more["good"])
    if "images" in more:
        told["images"] = json.dumps([f"{_PICTURES}/{name}" for name in more["images"]])
    return {**told, "tools": row.get("tools")}


def _group(row: Row) -> dict[str, str]:
    """What kept rows together, where it was more than the same question."""
    name = row.get("group")
    return {GROUP: name} if name and name != asked(from_stored(row)) else {}


def _damaged(name: str, what: str) -> StudioError:
    return StudioError(
        f"The dataset {name} is damaged.",
        f"{what} in it can't be read.",
        "Restore the folder from a backup, or make the dataset again from its source.",
        code="damaged",
    )


FORMAT = Format(
    key="own_folder",
    title="Dataset folder (of this app)",
    suffixes=(),
    recognise=_recognise,
    read=_read,
)
