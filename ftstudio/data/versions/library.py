"""The frozen dataset versions on disk: made whole, never changed, found again by scanning."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, ExampleKind
from ftstudio.core.paths import Workspace, sweep_unfinished
from ftstudio.data.sides.few import advice, few_to_check, stop
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.versions import card, croissant, pending
from ftstudio.data.versions.also_named import names_in, note_name
from ftstudio.data.versions.kept_pictures import PICTURES, copy_pictures, named_pictures
from ftstudio.data.versions.stored import BATCH, from_stored, hash_of, roots, row_id, write_sides
from ftstudio.data.watched import heard, rising

SCHEMA = 3  # 1: conversations only; 2: other kinds; 3: pictures, or answers of weight 0
VERSION_FILE = "version.json"
_TRASH_DAYS = 30
Tell = Callable[[float], None]  # hears the share done; may raise to stop


@dataclass(frozen=True)
class DatasetVersion:
    """One frozen dataset. `manifest` is version.json as it lies on disk."""

    id: str  # ds-<12 hex>
    path: Path
    name: str
    created: float
    manifest: dict[str, Any]

    @property
    def also(self) -> tuple[str, ...]:
        """Names under which the same rows were frozen again, the newest first."""
        return names_in(self.path)

    @property
    def counts(self) -> dict[str, int]:
        """Examples by side: train, validation, test."""
        return {str(side): int(count) for side, count in self.manifest["counts"].items()}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def facts(self) -> DatasetFacts:
        """What an objective may know before any row is read."""
        return DatasetFacts(
            kind=self.manifest.get("kind", "chat"),
            train=self.counts.get("train", 0),
            validation=self.counts.get("validation", 0),
            answers=bool(self.manifest.get("answers", True)),
            labels={str(k): int(v) for k, v in self.manifest.get("labels", {}).items()},
            several_labels=bool(self.manifest.get("several_labels", False)),
            images=bool(self.manifest.get("images")),
        )

    def examples(self, split: Side = "train") -> Iterator[Example]:
        """The examples of one side, in their order."""
        import pyarrow.parquet as parquet

        try:
            with parquet.ParquetFile(self.path / f"{split}.parquet") as file:
                for batch in file.iter_batches(batch_size=BATCH):
                    for row in batch.to_pylist():
                        yield self._with_places(from_stored(row))
        except (OSError, ValueError) as error:  # deleted or damaged since it was listed
            raise _unreadable(self.path) from error

    def _with_places(self, example: Example) -> Example:
        """Rows hold the names of pictures; where they lie follows from where the version lies."""
        if not example.images:
            return example
        places = [str(self.path / PICTURES / Path(name).name) for name in example.images]
        return example.model_copy(update={"images": places})

    def verify(self) -> None:
        """Compare the files with the manifest. Raises StudioError where they differ."""
        pictures = sorted((self.path / PICTURES).glob("*"))
        if len(pictures) != self.manifest.get("images", {}).get("count", 0):
            raise self._changed(PICTURES)
        told = {f"{PICTURES}/{path.name}": path.stem for path in pictures}
        for name, digest in {**self.manifest["files"], **told}.items():
            path = self.path / name
            if not path.is_file() or _sha256(path) != digest:
                raise self._changed(name)

    def _changed(self, name: str) -> StudioError:
        return StudioError(
            f"The dataset {self.name} has been changed or damaged.",
            f"Its file {name} is not the one that was frozen.",
            "Make the dataset again from its source, or restore the folder from a backup.",
            code="dataset_changed",
        )


def list_versions(workspace: Workspace) -> list[DatasetVersion]:
    """All versions in the workspace, the newest first; damaged ones are left out, and what a kill
    left half-written goes."""
    pending.sweep(workspace.datasets)
    sweep_unfinished(workspace.root / "erased")  # where the reports of erasures lie
    found = []
    for folder in workspace.datasets.glob("ds-*"):
        sweep_unfinished(folder)
        try:
            found.append(load_version(folder))
        except StudioError:
            continue
    return sorted(found, key=lambda version: -version.created)


def load_version(path: Path) -> DatasetVersion:
    """One version by its folder. Raises StudioError where it is missing, damaged or too new."""
    try:
        manifest = json.loads((path / VERSION_FILE).read_text("utf-8"))
        if int(manifest["schema"]) > SCHEMA:
            raise StudioError(
                f"The dataset in {path.name} was made by a newer version of the app.",
                f"Its format is {manifest['schema']}, this app knows up to {SCHEMA}.",
                "Update the app to use it.",
                code="dataset_too_new",
            )
        _demand_shape(manifest)
        missing = [side for side in SIDES if not (path / f"{side}.parquet").is_file()]
        if missing:
            raise ValueError(f"{missing} are missing")
        return DatasetVersion(
            id=str(manifest["id"]),
            path=path,
            name=str(manifest["name"]),
            created=float(manifest["created"]),
            manifest=manifest,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(path) from error


def _demand_shape(manifest: dict[str, Any]) -> None:
    """Raises ValueError where a manifest was edited into what nothing here could use."""
    told = [manifest["counts"], manifest["files"], manifest.get("split", {})]
    lists = [manifest.get(name, []) for name in ("sources", "made_from", "steps")]
    whole = all(isinstance(one, dict) for one in told) and all(
        isinstance(many, list) and all(isinstance(one, dict) for one in many) for many in lists
    )
    if not whole or not set(SIDES) <= set(manifest["counts"]):
        raise ValueError("another shape")
    if any("id" not in parent for parent in lists[1]):
        raise ValueError("a parent without an id")


def freeze(
    examples: Sequence[Example],
    sides: Sequence[Side],
    manifest: dict[str, Any],
    *,
    datasets: Path | None = None,
    out: Path | None = None,
    beside: Mapping[str, str] | None = None,
    progress: Tell | None = None,
    few: bool,
) -> DatasetVersion:
    """Write a version into `datasets`/<id> (or exactly to `out`), whole or not at all.

    The id follows from the content: what is there already is returned as it is, and another name
    is kept as a further one of it (`also`). `beside`: texts
    that belong to it, by file name; a card for people and one for machines are always written.
    `progress` may raise to stop, and then nothing is left of it. Without `few` it stops where
    little is held back to check with.
    """
    progress = rising(progress)
    kind = kind_of(examples, progress)
    examples, pictures = named_pictures(examples, progress)
    target = home = out if out is not None else _home(datasets)
    if out is not None:
        _check_free(out)
        home = out.parent
    work = pending.fresh(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
        pending.sweep(home)
        work.mkdir(mode=0o700)
        ids = write_sides(work, examples, sides, progress)
        digest = hash_of(ids, sides, progress)
        version_id = f"ds-{digest[:12]}"
        target = out if out is not None else home / version_id
        if out is None and target.is_dir():
            try:
                return _again(load_version(target), str(manifest.get("name", "")))
            except StudioError as error:
                if error.code != "dataset_unreadable":
                    raise
                _move_aside(target)
        full = {
            "schema": _schema(examples, kind, progress),
            "id": version_id,
            "created": time.time(),
            **manifest,
            "kind": kind,
            "answers": any(example.answer.strip() for example in heard(examples, progress)),
            **_classes(examples, progress),
            **copy_pictures(work / PICTURES, pictures, progress),
            "counts": {side: sides.count(side) for side in SIDES},
            **_few(examples, sides, progress, few),
            "hash": digest,
            "merkle": roots(ids, sides, progress),
            "files": _write_beside(work, beside or {}),
        }
        _write_text(work / card.FILE, card.readme(full))
        _write_text(work / croissant.FILE, _json(croissant.croissant(full)))
        _write_manifest(work, full)
        if progress:
            progress(1.0)  # the last chance to stop: from here on it is there
        _publish(work, target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        pending.remove(work)
    return load_version(target)


def _again(version: DatasetVersion, name: str) -> DatasetVersion:
    """The same rows are there already; the new name leads to them too."""
    note_name(version.path, version.name, name)
    return version


def _schema(examples: Sequence[Example], kind: ExampleKind, tell: Tell | None) -> int:
    """The oldest that can hold these, so that an older app opens what it can."""
    all_of_them = heard(examples, tell)
    if any(e.images or any(m.train is not None for m in e.messages) for e in all_of_them):
        return 3
    return 1 if kind == "chat" else 2


def kind_of(examples: Sequence[Example], tell: Tell | None = None) -> ExampleKind:
    """The one kind that all examples have. Raises ValueError for a mixture."""
    kinds = {example.kind for example in heard(examples, tell)}
    if len(kinds) > 1:
        raise ValueError(f"one dataset holds one kind of example, not {sorted(kinds)}")
    return next(iter(kinds), "chat")


def _classes(examples: Sequence[Example], tell: Tell | None) -> dict[str, Any]:
    """Rows by class, where the examples have classes."""
    counts = Counter(label for example in heard(examples, tell) for label in example.labels or ())
    if not counts:
        return {}
    return {
        "labels": dict(sorted(counts.items())),
        "several_labels": any(len(example.labels or ()) > 1 for example in examples),
    }


def _few(
    examples: Sequence[Example], sides: Sequence[Side], tell: Tell | None, go_on: bool
) -> dict[str, Any]:
    """What is lacking to check with, where it was frozen so."""
    few = few_to_check(examples, sides, tell)
    if few and not go_on:
        raise stop(few, advice=advice(examples, tell))
    return {"few_to_check": few.model_dump()} if few else {}


def content_hash(examples: Sequence[Example], sides: Sequence[Side]) -> str:
    """sha256 over the canonical rows in their order, each with its side."""
    return hash_of([row_id(example) for example in examples], sides)


def delete_version(version: DatasetVersion, workspace: Workspace) -> str:
    """Move it to the workspace's trash; the token brings it back for thirty days."""
    token = f"{version.path.name}.{int(time.time())}-{secrets.token_hex(4)}"
    bin = trash(workspace)
    try:
        _empty_old(bin)
        bin.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(version.path, bin / token)
    except OSError as error:
        raise _cannot_delete(version, error) from error
    return token


def remove_for_good(version: DatasetVersion) -> None:
    """Without the trash, for what must not be kept. What a kill leaves is swept like anything
    half-written."""
    aside = pending.aside(version.path.parent)
    try:
        os.replace(version.path, aside)
    except OSError as error:
        raise _cannot_delete(version, error) from error
    pending.remove(aside)


def _cannot_delete(version: DatasetVersion, error: OSError) -> StudioError:
    return StudioError(
        f"The dataset {version.name} could not be deleted.",
        f"The system says: {error.strerror or error}.",
        "Close programs that have its files open, then try again.",
        code="disk",
    )


def restore_version(token: str, workspace: Workspace) -> DatasetVersion:
    """Undo a deletion."""
    source = trash(workspace) / Path(token).name
    target = workspace.datasets / Path(token).name.split(".")[0]
    if not source.is_dir():
        raise StudioError(
            "The dataset can't be brought back.",
            "It is no longer in the trash of the workspace.",
            "Make it again from its source.",
            code="not_in_trash",
        )
    if target.exists():
        pending.remove(source)
    else:
        os.replace(source, target)
    return load_version(target)


def _empty_old(bin: Path) -> None:
    limit = time.time() - _TRASH_DAYS * 86400
    for path in bin.glob("ds-*.*"):
        when = path.name.partition(".")[2].partition("-")[0]
        if when.isdigit() and int(when) < limit:
            pending.remove(path)


def trash(workspace: Workspace) -> Path:
    """Where deleted versions lie for thirty days."""
    return workspace.root / "trash" / "datasets"


def _home(datasets: Path | None) -> Path:
    if datasets is None:
        raise ValueError("freeze needs a place: datasets or out")
    return datasets


def _move_aside(damaged: Path) -> None:
    """What is left of a version makes room for the whole one; it is kept, out of the list."""
    try:
        os.replace(damaged, damaged.with_name(f"damaged-{damaged.name}-{secrets.token_hex(4)}"))
    except OSError as error:
        raise _cannot_write(damaged, error) from error


def _check_free(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StudioError(
            f"{target} is there already.",
            "A dataset is never written over anything.",
            "Name another folder, or empty this one first.",
            code="target_exists",
        )


def _write_beside(work: Path, beside: Mapping[str, str]) -> dict[str, str]:
    """Write what belongs to it; the sha256 of every file there is then."""
    for name, text in beside.items():
        _write_text(work / name, text)
    return {name: _sha256(work / name) for name in [*(f"{s}.parquet" for s in SIDES), *beside]}


def _write_manifest(work: Path, manifest: dict[str, Any]) -> None:
    _write_text(work / VERSION_FILE, _json(manifest))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
    _flush(path)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(work: Path, target: Path) -> None:
    """One rename makes it appear; its files can't be written afterwards."""
    for path in work.rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IRUSR)
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    os.replace(work, target)
    if os.name == "posix":
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(path: Path) -> StudioError:
    return StudioError(
        f"There is no whole dataset in {path}.",
        "Its version.json or one of its files is missing or damaged.",
        "Choose another folder, or make the dataset again.",
        code="dataset_unreadable",
    )


def _cannot_write(target: Path, error: OSError) -> StudioError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StudioError(
            "The disk is full (or takes no file that large), so the dataset was not frozen.",
            f"It did not fit beside what is there already in {target.parent}.",
            "Free some space and try again; your draft is kept.",
            code="disk_full",
        )
    return StudioError(
        f"The dataset can't be written to {target}.",
        f"The system says: {error.strerror or error}.",
        "Choose a folder of your own, or free the one that is blocked.",
        code="cannot_write",
    )
