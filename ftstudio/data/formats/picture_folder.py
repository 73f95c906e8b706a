"""Folders of pictures: with a list (metadata.jsonl or .csv), or with the folder's name as label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Block, Format, Item, Probe, Reading, Record
from ftstudio.data.ingest.several import Found, files_in
from ftstudio.data.ingest.sides_named import leads_outside, link_home
from ftstudio.data.ingest.sniff import recognise
from ftstudio.data.pictures import SUFFIXES, look_at
from ftstudio.data.table import Problem, excerpt

_LISTS = ("metadata.jsonl", "metadata.csv")
_NAME = "file_name"  # as Hugging Face calls it; lists by other tools call it as they like
_IMAGE = "image"
_PARTS = {"train", "training", "test", "validation", "valid", "val", "dev", "eval"}
_LOOKED_AT = 500
_SEEN_FIRST = 50  # rows of a list in which the names of pictures are looked for
_LONGEST_NAME = 1_000
_TABLES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow", ".xlsx")


def _recognise(probe: Probe) -> float:
    if not probe.path.is_dir():
        return 0
    names = [path.name.lower() for _, path in _some(probe.path)]
    pictures = sum(1 for name in names if name.endswith(SUFFIXES))
    listed = any(name in _LISTS for name in names)
    if not listed and any(name.endswith(_TABLES) for name in names):
        return 0  # its rows name the pictures: they are read as any rows are
    return 1.5 if pictures and (listed or pictures > len(names) / 2) else 0


def _some(folder: Path) -> list[Found]:
    try:
        return files_in(folder)[:_LOOKED_AT]
    except StudioError:
        return []


def _read(reading: Reading) -> Iterator[Record | Problem]:
    found = files_in(reading.path)
    lists = [(name, path) for name, path in found if path.name.lower() in _LISTS]
    pictures = [(name, path) for name, path in found if name.lower().endswith(SUFFIXES)]
    reading.columns.append(_IMAGE)
    seen: set[Path] = set()
    row = 0
    for name, path in lists:
        for item in _listed(reading, name, path, seen):
            row += 1
            if row % 200 == 0:
                reading.done(row / max(1, len(pictures)))
            yield _numbered(item, row)
    for name, path in pictures:
        if path.resolve() in seen:
            continue
        if lists:
            fault = look_at(path).fault
            why = f": {fault}" if fault else ""
            reading.remarks.append(Problem(0, f"No list names the picture {name}{why}."))
            continue
        row += 1
        if row % 200 == 0:
            reading.done(row / len(pictures))
        yield _by_folder(reading, name, path, row)
    if lists:
        reading.details["list"] = ", ".join(name for name, _ in lists)


def _numbered(item: Record | Problem, row: int) -> Record | Problem:
    if isinstance(item, Problem):
        return Problem(row, item.reason, item.text)
    return Record(row, item.values)


def _listed(reading: Reading, name: str, path: Path, seen: set[Path]) -> Iterator[Record | Problem]:
    """The rows of a list, each with its picture where that can be used."""
    kind, _ = recognise(path, name, reading.options.encoding)
    inner = Reading(path, path.name, reading.options, reading.home, reading.scratch)
    part = name.split("/")[0] if "/" in name and name.split("/")[0].lower() in _PARTS else ""
    items = kind.read(inner)
    first = list(islice(items, _SEEN_FIRST))
    column = _named_in(first, path.parent)
    if column != _NAME:
        reading.details["pictures named in"] = column
    for item in chain(first, items):
        if isinstance(item, Block):  # not asked for
            continue
        if isinstance(item, Problem):
            yield Problem(item.row, f"{name}, row {item.row}: {item.reason}", item.text)
            continue
        values = {_beside(key, column): value for key, value in item.values.items()}
        said = _path_in(values.pop(column, None))
        picture = path.parent / said
        if not said:
            yield Problem(0, f"The row names no picture ({column}).", excerpt(str(values)))
        elif not _within(reading.path, picture):
            yield Problem(0, f"The picture lies outside the folder: {said}.", excerpt(str(values)))
        elif fault := look_at(picture).fault:
            yield Problem(0, f"The picture {said} can't be used: {fault}.", excerpt(str(values)))
        else:
            seen.add(picture.resolve())
            extra = {"part": part} if part else {}
            yield Record(0, {_IMAGE: _kept(reading, picture), **values, **extra})


def _named_in(first: Sequence[Item], folder: Path) -> str:
    """The column whose cells are names of files there, most of all; else the usual one."""
    rows = [item.values for item in first if isinstance(item, Record)]
    names = list(dict.fromkeys(name for values in rows for name in values))
    if _NAME in names:
        return _NAME
    there = {
        name: sum(1 for v in rows if (said := _path_in(v.get(name))) and (folder / said).is_file())
        for name in names
    }
    best = max(names, key=lambda name: there[name], default=_NAME)
    return best if there.get(best) else _NAME


def _beside(name: str, pictures: str) -> str:
    """The picture itself stands in the column “image”; another of that name steps aside."""
    return f"{_IMAGE} (2)" if name == _IMAGE != pictures else name


def _path_in(value: Any) -> str:
    """Windows writes the names of folders with a backslash."""
    said = value.strip() if isinstance(value, str) else ""
    return "" if "\0" in said or len(said) > _LONGEST_NAME else said.replace("\\", "/")


def _by_folder(reading: Reading, name: str, path: Path, row: int) -> Record | Problem:
    """Without a list the innermost folder is the label, and the outermost may be the part."""
    if fault := look_at(path).fault:
        return Problem(row, f"The picture {name} can't be used: {fault}.")
    folders = name.split("/")[:-1]
    values: dict[str, Any] = {"image": _kept(reading, path)}
    if folders and folders[0].lower() in _PARTS:
        values["part"] = folders.pop(0)
    if folders:
        values["label"] = folders[-1]
    return Record(row, values)


def _within(folder: Path, path: Path) -> bool:
    """Links included: what a list says must not lead to other files of this computer."""
    return not leads_outside(path, link_home(folder).resolve())


def _kept(reading: Reading, path: Path) -> str:
    """Where the picture lies for good: pictures of an archive move with the rows."""
    if reading.scratch is not None and reading.home is not None:
        scratch = reading.scratch.resolve()
        if path.resolve().is_relative_to(scratch):
            return str(reading.home / path.resolve().relative_to(scratch))
    return str(path)


FORMAT = Format(
    key="picture_folder",
    title="Folder of pictures",
    suffixes=(),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"encoding", "delimiter", "header_row"}),
)
