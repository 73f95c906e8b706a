"""Finds one person in all that the workspace keeps of data, and takes the rows out for good."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import draft_files
from ftstudio.data.held import Held
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.table import READING, ROW_COLUMN, ROWS_FILE, TABLE_FILE, RawTable
from ftstudio.data.versions import card, croissant, drops, forgotten, pending
from ftstudio.data.versions.also_named import set_names
from ftstudio.data.versions.kept_groups import HOME, first_id
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
from ftstudio.data.versions.text_files import beside, replace, stray_versions, text_files, text_of
from ftstudio.data.versions.whose_rows import Origins, file_of_table, ids_of, name_in
from ftstudio.data.watched import heard

_FRESH = ".without"  # behind the name of a dataset elsewhere, until the old one is gone
PlaceKind = Literal["version", "trash", "draft", "source", "file"]
_COMPUTED = ("schema", "id", "created", "kind", "answers", "labels", "several_labels", "counts",
             "hash", "merkle", "files", "few_to_check")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where the person was found. `rows`: copies of rows, or mentions in a text file; `described`:
    what is told of a dataset names the person."""

    kind: PlaceKind
    name: str
    path: Path
    rows: int
    described: bool = False


@dataclass(frozen=True)
class Found:
    """What a look through the workspace found; nothing was changed. `rows`: the person's, each
    counted once however many copies of it there are."""

    text: str
    places: list[Place]
    versions: list[str]  # ids of versions with such rows, or that had them, the oldest first
    own_files: list[Path]  # the user's own files that were read; they are not touched
    unsearched: list[Path] = field(default_factory=list)  # files that can't be looked into here
    rows: int = 0

    @property
    def copies(self) -> int:
        """Of the rows, in datasets, deleted ones, and copies of files."""
        return sum(one.rows for one in self.places if one.kind in ("version", "trash", "source"))


@dataclass(frozen=True)
class Erased:
    """What was done. `replaced`: id of each version -> the id of the one without those rows, or
    "" where nothing was left of it. `rows`: each counted once; `copies`: all taken out."""

    replaced: dict[str, str]
    rows: int
    left: list[Place]  # where it was not possible, for instance because a run is at work
    copies: int = 0
    names: dict[str, str] = field(default_factory=dict)  # of what was replaced, by the old id


@dataclass
class _Known:
    """The person's rows, as far as a first look through the workspace tells: a row is the person's
    in every copy where the file that it was read from names the person, though a step hid that."""

    person: Person
    origins: Origins
    in_files: set[tuple[str, int]]  # rows of files that were read
    counted: set[tuple[str, int]] = field(default_factory=set)  # all rows that were met

    def is_theirs(self, version: DatasetVersion, example: Example) -> bool:
        name = self.origins.name(version, example)
        theirs = self.person.is_in_example(example) or (not name.case and name.row in self.in_files)
        if theirs:
            self.counted.add(name.row)
        return theirs


def _look(workspace: Workspace, person: Person, tell: Tell | None) -> _Known:
    origins = Origins([version for version, _ in _versions(workspace)])
    rows = {
        name_in(table, number).row
        for table in _tables(workspace)
        for number in _theirs(table, person, tell)
    }
    return _Known(person, origins, rows, set(rows))


def find_person(workspace: Workspace, text: str, tell: Tell | None = None) -> Found:
    """Look through versions (also those in the trash), drafts, copies of sources, and all text
    files that runs, feedback and exports left. Names are found only as they are written here.
    `tell` may raise to stop."""
    person = Person(text)
    _sweep(workspace)  # what a kill left half-written is nobody's
    known = _look(workspace, person, tell)
    places: list[Place] = []
    versions: dict[str, None] = {}
    for version, kind in _versions(workspace):
        theirs = [one for _, one in heard(_rows(version), tell) if known.is_theirs(version, one)]
        if theirs:
            versions.update(dict.fromkeys(_ancestors(workspace, version, theirs)))
            versions.update(dict.fromkeys(ids_of(version)))
        rows, told = len(theirs) + len(_drops(version, person)[1]), person.is_in(_named(version))
        if rows or told:
            places.append(Place(kind, version.name, version.path, rows, told))
    own: list[Path] = []
    for table in _tables(workspace):
        if rows := len(_theirs(table, person, tell)) + _told_of(table, person):
            places.append(Place("source", table.path.name, table.folder, rows))
            own.append(table.path)  # read once: no draft may be left of it
    read = {one.path for one in places if one.kind == "source"}
    drafts = dict(draft_files(workspace))
    for path, draft in drafts.items():
        count = person.count_in_file(text_of(path), tell)
        if count or Path(draft.table) in read:
            places.append(Place("draft", draft.name or draft.id, path, count))
            own.append(Path(draft.file))
    unsearched = _closed(workspace)
    for file, is_text in heard(text_files(workspace), tell):
        if file in drafts:
            continue
        if not is_text:
            unsearched.append(file)
        elif count := person.count_in_file(text_of(file), tell):
            places.append(Place("file", str(file.relative_to(workspace.root)), file, count))
    return Found(person.text, places, list(versions), sorted(set(own)), unsearched,
                 len(known.counted))  # fmt: skip


def erase_person(
    workspace: Workspace, text: str, busy: Collection[Path] = (), tell: Tell | None = None
) -> Erased:
    """Take the person out of all that `find_person` finds. Every version is first written anew
    without the rows and only then removed, beyond the trash: a kill or a full disk in between
    loses nothing, and doing it again goes on. So it does where `tell` raises to stop. Folders in
    `busy` and the settings (a folder's name may stand there) are left alone and told."""
    person = Person(text)
    _sweep(workspace)
    known = _look(workspace, person, tell)
    work = pending.fresh(workspace.datasets)
    work.mkdir(mode=0o700)
    try:
        return _erase(workspace, known, busy, work, tell)
    finally:
        pending.remove(work)


def _erase(
    workspace: Workspace, known: _Known, busy: Collection[Path], work: Path, tell: Tell | None
) -> Erased:
    """What tells which rows are the person's goes last: broken off, it is all found again."""
    person, copies = known.person, 0
    replaced: dict[str, str] = {}
    names: dict[str, str] = {}
    _forget_by_row(workspace, known, work, tell)
    for version, kind in list(_versions(workspace)):
        whole = heard(_rows(version), tell)
        bad = sum(1 for _, example in whole if known.is_theirs(version, example))
        told = person.is_in(_named(version)) or bool(_drops(version, person)[1])
        if not bad and not told and not _moved(version, replaced):
            continue
        copies += bad
        if kind == "trash":
            remove_for_good(version)
            continue
        fresh = _rewrite(workspace, version, known, replaced, work, tell)
        replaced[version.id] = fresh.id if fresh else ""
        names[version.id] = person.without(version.name)
        if fresh is not version:
            remove_for_good(version)
        if fresh is not None and fresh.path.name.endswith(_FRESH):
            os.replace(fresh.path, version.path)
    left: list[Place] = []
    for path, is_text in heard(text_files(workspace), tell):
        if not is_text or not (count := person.count_in_file(text_of(path), tell)):
            continue
        if path == workspace.settings_file or any(folder in path.parents for folder in busy):
            left.append(Place("file", str(path.relative_to(workspace.root)), path, count))
            continue
        replace(path, person.without(text_of(path)), work)
    for made in (workspace.vectors, workspace.previews):  # of rows; made again where needed
        shutil.rmtree(made, ignore_errors=True)
        if made.exists():
            left.append(Place("file", str(made.relative_to(workspace.root)), made, 0))
    for table in _tables(workspace):
        copies += _clean_table(table, person, work, tell)
    for folder in _unreadable_readings(workspace):  # the file can be read again
        pending.remove(folder)
    return Erased(replaced, len(known.counted), left, copies, names)


def _sweep(workspace: Workspace) -> None:
    for home in {workspace.datasets, *(path.parent for path in stray_versions(workspace))}:
        pending.sweep(home)
    pending.sweep_readings(workspace.sources)


def _closed(workspace: Workspace) -> list[Path]:
    """What can't be read as what it is: damaged, or being written."""
    homes = (workspace.datasets.glob("damaged-*"), workspace.datasets.glob(f"{pending.PENDING}*"),
             workspace.sources.glob(f"{READING}*"))  # fmt: skip
    found = [path for home in homes for path in home]
    for folder in [*workspace.datasets.glob("ds-*"), *stray_versions(workspace)]:
        try:
            load_version(folder)
        except StudioError:
            found.append(folder)
    return found + _unreadable_readings(workspace)


def _unreadable_readings(workspace: Workspace) -> list[Path]:
    known = {table.folder for table in _tables(workspace)}
    return [path for path in workspace.sources.glob("read-*") if path not in known]


def _versions(workspace: Workspace) -> Iterator[tuple[DatasetVersion, PlaceKind]]:
    """The oldest first, so that what was mixed of others follows them."""
    found: list[tuple[DatasetVersion, PlaceKind]] = []
    kinds: tuple[tuple[list[Path], PlaceKind], ...] = (
        ([*workspace.datasets.glob("ds-*"), *stray_versions(workspace)], "version"),
        ([*trash(workspace).glob("ds-*")], "trash"),
    )
    for folders, kind in kinds:
        for folder in folders:
            try:
                found.append((load_version(folder), kind))
            except StudioError:  # damaged: nothing in it can be read or used
                continue
    yield from sorted(found, key=lambda one: one[0].created)


def _ancestors(
    workspace: Workspace, version: DatasetVersion, theirs: Collection[Example]
) -> Iterator[str]:
    """Ids of versions that had these rows before, also of those that are gone: whoever learned
    from them learned from the person."""
    told = {str(example.meta[HOME]) for example in theirs if HOME in example.meta}
    parents = [str(one["id"]) for one in version.manifest.get("made_from", [])]
    for parent in parents:
        try:
            older = load_version(workspace.datasets / parent)
        except StudioError:
            yield parent  # gone: rather one too many than one forgotten
            continue
        if len(parents) == 1 or not told or not told.isdisjoint(ids_of(older)):
            yield from _ancestors(workspace, older, ())
            yield from ids_of(older)


def _forget_by_row(workspace: Workspace, known: _Known, work: Path, tell: Tell | None) -> None:
    """What people wrote or said of the rows, though it does not name the person."""
    theirs: dict[str, set[str]] = {}
    files = {file for file, _ in known.in_files}
    for version, _ in _versions(workspace):
        for _, one in heard(_rows(version), tell):
            if known.is_theirs(version, one):
                theirs.setdefault(version.id, set()).add(str(one.source_row))
    sources = {table.folder: file_of_table(table) for table in _tables(workspace)}
    for path, draft in draft_files(workspace):
        file = sources.get(Path(draft.table), "")
        if file in files:
            rows = {str(number) for name, number in known.in_files if name == file}
            theirs[draft.id] = rows
            _write(path, forgotten.in_draft(path, _among(rows)), work)
    for folder, source in forgotten.rounds(workspace):
        if rows := theirs.get(source, set()):
            for path, told in forgotten.in_round(folder, _among(rows)):
                _write(path, told, work)


def _among(rows: Collection[str]) -> Callable[[str], bool]:
    return lambda key: key.partition(".")[0] in rows


def _write(path: Path, text: str, work: Path) -> None:
    if path.is_file() and text != text_of(path):
        replace(path, text, work)


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
    known: _Known,
    replaced: dict[str, str],
    work: Path,
    tell: Tell | None,
) -> DatasetVersion | None:
    """The version without the person; None where no row is left. One that does not lie in the list
    gets its old place once that is free."""
    person, rows = known.person, Held(heard(_rows(version), tell))
    bad = [known.is_theirs(version, example) for _, example in heard(rows, tell)]
    gone = {str(e.source_row) for (_, e), theirs in zip(rows, bad, strict=True) if theirs}
    gone |= {row[0].partition(".")[0] for row in _drops(version, person)[1]}
    kept = [one for one, theirs in zip(rows, bad, strict=True) if not theirs]
    if not kept:
        return None
    told = forgotten.in_manifest(_told(version.manifest), _among(gone))
    manifest: dict[str, Any] = person.scrubbed(told)
    manifest["made_from"] = [
        {**one, "id": replaced.get(one["id"]) or one["id"]} for one in manifest.get("made_from", [])
    ]
    if len(kept) == len(rows):  # only what is told of them names the person
        _retell(version, manifest, person, work)
        set_names(version.path, person.scrubbed(version.also))
        return version
    erased = manifest.get("erased", {}).get("rows", 0) + len(rows) - len(kept)
    manifest["erased"] = {"rows": erased, "when": time.time(), "replaces": version.id,
                          "first": first_id(version), "earlier": ids_of(version)}  # fmt: skip
    text, _ = _drops(version, person)
    stray = version.path.parent != workspace.datasets
    out = version.path.with_name(f"{version.path.name}{_FRESH}") if stray else None
    if out is not None:
        pending.remove(out)  # of an erasure that was broken off
    fresh = freeze(
        [example for _, example in kept], [side for side, _ in kept], manifest,
        datasets=workspace.datasets, out=out,
        beside={drops.FILE: text} if text else None,
        progress=tell, few=True,  # what is left was frozen before
    )  # fmt: skip
    set_names(fresh.path, person.scrubbed(version.also))
    return fresh


def _retell(version: DatasetVersion, manifest: dict[str, Any], person: Person, work: Path) -> None:
    """The same rows under the same id, told without the person. The manifest goes first: broken
    off after it, the table of drops still names the person and doing it again goes on."""
    full = {**version.manifest, **manifest}
    text, bad = _drops(version, person)
    if bad:
        digest = hashlib.sha256(text.encode()).hexdigest()
        full["files"] = {**full["files"], drops.FILE: digest}
    replace(version.path / VERSION_FILE, json.dumps(full, indent=2, ensure_ascii=False), work)
    replace(version.path / card.FILE, card.readme(full), work)
    told = json.dumps(croissant.croissant(full), indent=2, ensure_ascii=False)
    replace(version.path / croissant.FILE, told, work)
    if bad:
        replace(version.path / drops.FILE, text, work)


def _drops(version: DatasetVersion, person: Person) -> tuple[str, list[list[str]]]:
    """The table of dropped rows without the person's, and those."""
    text = text_of(version.path / drops.FILE)
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


def _theirs(table: RawTable, person: Person, tell: Tell | None) -> list[int]:
    """Numbers of the rows that name the person."""
    return [int(row[ROW_COLUMN] or 0) for row in heard(table.each(), tell) if person.is_in(row)]


def _told_of(table: RawTable, person: Person) -> int:
    told = [*table.problems, *table.remarks, *table.beside]
    return sum(1 for one in told if person.is_in([one.reason, one.text]))


def _clean_table(table: RawTable, person: Person, work: Path, tell: Tell | None) -> int:
    """Rewrite the rows that were read; the count of those taken out."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    path = table.folder / ROWS_FILE
    raw = person.without(text_of(table.folder / TABLE_FILE))
    bad = len(_theirs(table, person, tell))
    if bad:
        schema = parquet.read_schema(path)
        fresh = beside(path, work)
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
    before = told["row_count"]
    told["row_count"] = parquet.read_metadata(path).num_rows  # also after a kill right before
    if lost := before - told["row_count"]:  # whoever brings the file again misses them
        told["remarks"].append(forgotten.remark(lost))
    replace(table.folder / TABLE_FILE, json.dumps(told, ensure_ascii=True), work)
    return bad
