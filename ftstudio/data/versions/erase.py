"""Finds one person in all that the workspace keeps of data, and takes the rows out for good."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace, write_text
from ftstudio.data.draft import list_drafts
from ftstudio.data.held import Held
from ftstudio.data.split import SIDES, Side
from ftstudio.data.table import ROWS_FILE, RawTable
from ftstudio.data.versions import card, croissant, drops, pending
from ftstudio.data.versions.also_named import set_names
from ftstudio.data.versions.kept_groups import first_id
from ftstudio.data.versions.library import (
    VERSION_FILE,
    DatasetVersion,
    Tell,
    freeze,
    load_version,
    remove_for_good,
    trash,
)
from ftstudio.data.versions.person import Person
from ftstudio.data.watched import heard

PlaceKind = Literal["version", "trash", "draft", "source", "file"]
_TEXT_FILES = {".json", ".jsonl", ".txt", ".csv", ".md", ".log", ".tsv", ".html", ".yaml", ".yml",
               ".toml", ".xml"}  # fmt: skip
_CLOSED_FILES = {".xlsx", ".parquet", ".arrow", ".zip", ".gz", ".docx", ".pdf"}
_NOT_WALKED = {"datasets", "sources", "drafts", "models"}
_LARGEST = 200_000_000  # bytes of a text file that is searched
_COMPUTED = ("schema", "id", "created", "kind", "answers", "labels", "several_labels", "counts",
             "hash", "merkle", "files", "few_to_check")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where the person was found. `rows`: rows, or mentions in a text file."""

    kind: PlaceKind
    name: str
    path: Path
    rows: int


@dataclass(frozen=True)
class Found:
    """What a look through the workspace found; nothing was changed."""

    text: str
    places: list[Place]
    versions: list[str]  # ids of versions with such rows, the oldest first
    own_files: list[Path]  # the user's own files that were read; they are not touched
    unsearched: list[Path] = field(default_factory=list)  # files that can't be looked into here

    @property
    def rows(self) -> int:
        return sum(place.rows for place in self.places)


@dataclass(frozen=True)
class Erased:
    """What was done. `replaced`: id of each version -> the id of the one without those rows, or
    "" where nothing was left of it."""

    replaced: dict[str, str]
    rows: int
    left: list[Place]  # where it was not possible, for instance because a run is at work


def find_person(workspace: Workspace, text: str, tell: Tell | None = None) -> Found:
    """Look through versions (also those in the trash), drafts, copies of sources, and all text
    files that runs, feedback and exports left. Names are found only as they are written here.
    `tell` may raise to stop."""
    person = Person(text)
    pending.sweep(workspace.datasets)  # what a kill left half-written is nobody's
    places: list[Place] = []
    versions = []
    for version, kind in _versions(workspace):
        whole = heard(_rows(version), tell)
        if rows := sum(1 for _, example in whole if person.is_in_example(example)):
            versions.append(version.id)
        rows += person.is_in(_named(version)) + len(_drops(version, person)[1])
        if rows:
            places.append(Place(kind, version.name, version.path, rows))
    sources = {}
    own: list[Path] = []
    for table in _tables(workspace):
        if rows := _hits(table, person, tell):
            sources[table.folder.name] = rows
            places.append(Place("source", table.path.name, table.folder, rows))
            own.append(table.path)  # read once: no draft may be left of it
    for draft in list_drafts(workspace):
        rows = sources.get(Path(draft.table).name, 0)
        path = workspace.drafts / f"{draft.id}.json"
        rows += person.count_in_file(_text(path))
        if rows:
            places.append(Place("draft", draft.name or draft.id, path, rows))
            own.append(Path(draft.file))
    unsearched = [
        *workspace.datasets.glob("damaged-*"),
        *workspace.datasets.glob(f"{pending.PENDING}*"),
    ]
    for file in heard(_files(workspace), tell):
        if file.suffix.lower() in _CLOSED_FILES or _is_too_large(file):
            unsearched.append(file)
        elif count := person.count_in_file(_text(file), tell):
            places.append(Place("file", str(file.relative_to(workspace.root)), file, count))
    return Found(person.text, places, versions, sorted(set(own)), unsearched)


def erase_person(
    workspace: Workspace, text: str, busy: Collection[Path] = (), tell: Tell | None = None
) -> Erased:
    """Take the person out of all that `find_person` finds. Every version is first written anew
    without the rows and only then removed, beyond the trash: a kill or a full disk in between
    loses nothing, and doing it again goes on. So it does where `tell` raises to stop. Folders in
    `busy` and the settings (a folder's name may stand there) are left alone and told."""
    person, rows = Person(text), 0
    pending.sweep(workspace.datasets)
    replaced: dict[str, str] = {}
    for version, kind in list(_versions(workspace)):
        whole = heard(_rows(version), tell)
        bad = [example for _, example in whole if person.is_in_example(example)]
        told = person.is_in(_named(version)) or bool(_drops(version, person)[1])
        if not bad and not told and not _moved(version, replaced):
            continue
        rows += len(bad)
        if kind == "version":
            replaced[version.id] = _rewrite(workspace, version, person, replaced, tell)
        if replaced.get(version.id) != version.id or kind == "trash":
            remove_for_good(version)
    for table in _tables(workspace):
        rows += _clean_table(table, person, tell)
    left: list[Place] = []
    for path in [*workspace.drafts.glob("*.json"), *_files(workspace)]:
        if tell:
            tell(0.0)
        if path.suffix.lower() not in _TEXT_FILES or not (count := _count(path, person)):
            continue
        if path == workspace.settings_file or any(folder in path.parents for folder in busy):
            left.append(Place("file", str(path.relative_to(workspace.root)), path, count))
            continue
        _replace(path, person.without(_text(path)))
    for made in (workspace.vectors, workspace.previews):  # of rows; made again where needed
        shutil.rmtree(made, ignore_errors=True)
        if made.exists():
            left.append(Place("file", str(made.relative_to(workspace.root)), made, 0))
    return Erased(replaced, rows, left)


def _versions(workspace: Workspace) -> Iterator[tuple[DatasetVersion, PlaceKind]]:
    """The oldest first, so that what was mixed of others follows them."""
    found: list[tuple[DatasetVersion, PlaceKind]] = []
    kinds: tuple[tuple[Path, PlaceKind], ...] = (
        (workspace.datasets, "version"), (trash(workspace), "trash")
    )  # fmt: skip
    for home, kind in kinds:
        for folder in home.glob("ds-*"):
            try:
                found.append((load_version(folder), kind))
            except StudioError:  # damaged: nothing in it can be read or used
                continue
    yield from sorted(found, key=lambda one: one[0].created)


def _rows(version: DatasetVersion) -> Iterator[tuple[Side, Example]]:
    for side in SIDES:
        for example in version.examples(side):
            yield side, example


def _told(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in _COMPUTED}


def _named(version: DatasetVersion) -> dict[str, Any]:
    """All that is told of its rows, with its further names."""
    return {**_told(version.manifest), "also": list(version.also)}


def _moved(version: DatasetVersion, replaced: dict[str, str]) -> bool:
    parents = [str(one.get("id")) for one in version.manifest.get("made_from", [])]
    return any(replaced.get(one, one) != one for one in parents)


def _rewrite(
    workspace: Workspace,
    version: DatasetVersion,
    person: Person,
    replaced: dict[str, str],
    tell: Tell | None,
) -> str:
    """The id of the version without the person; "" where no row is left."""
    rows = Held(heard(_rows(version), tell))
    gone = {e.source_row for _, e in heard(rows, tell) if person.is_in_example(e)}
    kept = [
        (side, example) for side, example in heard(rows, tell)
        if not person.is_in_example(example) and example.meta.get("copy_of") not in gone
    ]  # fmt: skip
    if not kept:
        return ""
    manifest: dict[str, Any] = person.scrubbed(_told(version.manifest))
    manifest["made_from"] = [
        {**one, "id": replaced.get(one["id"]) or one["id"]} for one in manifest.get("made_from", [])
    ]
    if len(kept) == len(rows):  # only what is told of them names the person
        _retell(version, manifest, person)
        set_names(version.path, person.scrubbed(version.also))
        return version.id
    erased = manifest.get("erased", {}).get("rows", 0) + len(rows) - len(kept)
    manifest["erased"] = {"rows": erased, "when": time.time(), "replaces": version.id,
                          "first": first_id(version)}  # fmt: skip
    text, _ = _drops(version, person)
    fresh = freeze(
        [example for _, example in kept], [side for side, _ in kept], manifest,
        datasets=workspace.datasets,
        beside={drops.FILE: text} if text else None,
        progress=tell,
    )  # fmt: skip
    set_names(fresh.path, person.scrubbed(version.also))
    return fresh.id


def _retell(version: DatasetVersion, manifest: dict[str, Any], person: Person) -> None:
    """The same rows under the same id, told without the person. The manifest goes first: broken
    off after it, the table of drops still names the person and doing it again goes on."""
    full = {**version.manifest, **manifest}
    text, bad = _drops(version, person)
    if bad:
        digest = hashlib.sha256(text.encode()).hexdigest()
        full["files"] = {**full["files"], drops.FILE: digest}
    _replace(version.path / VERSION_FILE, json.dumps(full, indent=2, ensure_ascii=False))
    _replace(version.path / card.FILE, card.readme(full))
    told = json.dumps(croissant.croissant(full), indent=2, ensure_ascii=False)
    _replace(version.path / croissant.FILE, told)
    if bad:
        _replace(version.path / drops.FILE, text)


def _drops(version: DatasetVersion, person: Person) -> tuple[str, list[list[str]]]:
    """The table of dropped rows without the person's, and those."""
    text = _text(version.path / drops.FILE)
    into, bad = io.StringIO(), []
    writer = csv.writer(into, lineterminator="\n")
    for row in csv.reader(io.StringIO(text)):
        if person.is_in(row):
            bad.append(row)
        else:
            writer.writerow(row)
    return into.getvalue(), bad


def _tables(workspace: Workspace) -> Iterator[RawTable]:
    for folder in sorted(workspace.sources.glob("read-*")):
        try:
            yield RawTable.load(folder)
        except StudioError:
            continue


def _hits(table: RawTable, person: Person, tell: Tell | None) -> int:
    rows = sum(1 for row in heard(table.each(), tell) if person.is_in(row))
    told = [*table.problems, *table.remarks, *table.beside]
    return rows + sum(1 for one in told if person.is_in([one.reason, one.text]))


def _clean_table(table: RawTable, person: Person, tell: Tell | None) -> int:
    """Rewrite the rows that were read; the count of those taken out."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    path = table.folder / ROWS_FILE
    raw = person.without(_text(table.folder / "table.json"))
    bad = sum(1 for row in heard(table.each(), tell) if person.is_in(row))
    if bad:
        schema = parquet.read_schema(path)
        fresh = path.with_name(f".{ROWS_FILE}.new")
        kept = (row for row in heard(table.each(), tell) if not person.is_in(row))
        try:
            with parquet.ParquetWriter(fresh, schema, compression="zstd") as writer:
                while part := list(islice(kept, 5_000)):
                    writer.write_table(pa.Table.from_pylist(part, schema))
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    told = person.scrubbed(json.loads(raw))
    told["path"] = str(table.path)  # still the file's own
    told["row_count"] = table.row_count - bad
    write_text(table.folder / "table.json", json.dumps(told, ensure_ascii=True))
    return bad


def _files(workspace: Workspace) -> Iterator[Path]:
    """What runs, feedback, exports and the shelf left, and what lies beside their folders."""
    for home in sorted(workspace.root.iterdir()):
        if home.name in _NOT_WALKED:
            continue
        visible = [] if home.name.startswith(".") else [home]  # the window's own notes
        for path in sorted(home.rglob("*")) if home.is_dir() else visible:
            inside_version = home.name == "trash" and "datasets" in path.parts
            known = path.suffix.lower() in _TEXT_FILES | _CLOSED_FILES
            if known and not inside_version and path.is_file() and not path.is_symlink():
                yield path


def _is_too_large(path: Path) -> bool:
    try:
        return path.stat().st_size > _LARGEST
    except OSError:
        return False


def _text(path: Path) -> str:
    try:
        if _is_too_large(path):
            return ""
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _count(path: Path, person: Person) -> int:
    return person.count_in_file(_text(path))


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, byte for byte, and readable by nobody who could not read it before."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, fresh)
    os.replace(fresh, path)
