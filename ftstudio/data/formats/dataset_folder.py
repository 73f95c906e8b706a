"""Dataset folders, as Hugging Face `datasets` saves them: Arrow files, one folder per split."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.arrow_rows import FILES, rows_of
from ftstudio.data.ingest.sides_named import leads_outside, link_home
from ftstudio.data.table import Problem

_SPLITS, _STATE = "dataset_dict.json", "state.json"
_PART = "part"  # the column that says which split a row is from


def _recognise(probe: Probe) -> float:
    if not probe.path.is_dir():
        return 0
    return 2 if any((probe.path / name).is_file() for name in (_SPLITS, _STATE)) else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    import pyarrow as pa

    folders = _folders(reading)
    row = 0
    home = reading.scratch / FILES if reading.scratch else None
    for number, (part, folder) in enumerate(folders):
        for file in _files(folder, reading):
            try:
                for values in rows_of(_batches(file), home):
                    row += 1
                    if row % 2000 == 0:
                        reading.done(number / len(folders))
                    yield Record(row, {**values, _PART: part} if part else values)
            except (pa.ArrowException, OSError) as error:
                raise _damaged(reading.name, file.name) from error


def _folders(reading: Reading) -> list[tuple[str, Path]]:
    """The splits and their folders; a folder without splits is one without a name."""
    if not (reading.path / _SPLITS).is_file():
        return [("", reading.path)]
    said = _json(reading, reading.path / _SPLITS).get("splits")
    names = [name for name in said if _is_name(name)] if isinstance(said, list) else []
    if not names:
        raise _damaged(reading.name, _SPLITS)
    reading.details["sheets"] = " / ".join(names)
    wanted = reading.options.sheet
    chosen = [name for name in names if wanted in (None, name)]
    if not chosen:
        raise StudioError(
            f"{reading.name} has no part named {wanted}.",
            f"Its parts are: {', '.join(names)}.",
            "Choose one of these.",
            code="no_sheet",
        )
    reading.details["parts"] = ", ".join(chosen)
    return [(name, reading.path / name) for name in chosen]


def _files(folder: Path, reading: Reading) -> list[Path]:
    listed = _json(reading, folder / _STATE).get("_data_files")
    entries = listed if isinstance(listed, list) else []
    names = [entry.get("filename") for entry in entries if isinstance(entry, dict)]
    if not names or not all(_is_name(name) for name in names):
        raise _damaged(reading.name, _STATE)
    files = [folder / str(name) for name in names]
    root = link_home(reading.path).resolve()
    if led := next((file for file in files if leads_outside(file, root)), None):
        raise StudioError(
            f"{reading.name} can't be read.",
            f"{led.name} in it is a link that leads to another place on this computer.",
            "Copy the file itself into the folder.",
            code="leads_outside",
        )
    return files


def _is_name(name: Any) -> bool:
    """A plain name: what a file says must not lead out of its folder."""
    return isinstance(name, str) and name not in ("", ".", "..") and not set(name) & set("/\\:")


def _json(reading: Reading, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(reading.name, path.name) from error
    return value if isinstance(value, dict) else {}


def _batches(file: Path) -> Iterator[Any]:
    import pyarrow as pa

    with pa.memory_map(str(file)) as source:
        yield from pa.ipc.open_stream(source)


def _damaged(name: str, what: str) -> StudioError:
    return StudioError(
        f"The dataset folder {name} is damaged.",
        f"{what} in it is missing or broken: the copy may be incomplete.",
        "Copy or save the whole folder again.",
        code="damaged",
    )


FORMAT = Format(
    key="dataset_folder",
    title="Dataset folder (Hugging Face)",
    suffixes=(),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"sheet"}),
)
