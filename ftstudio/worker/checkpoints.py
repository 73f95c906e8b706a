"""Versions of a run on disk, published whole or not at all, and the newest that is whole.

A version is written into a staging folder, flushed, listed with its sums in MANIFEST.json, and
renamed into its place. Knows files, not what is in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.units import format_bytes

SCHEMA = 1
MANIFEST = "MANIFEST.json"
# A pickle of any class, which nobody may load; and a text for the Hub.
_NOT_KEPT = ("training_args.bin", "README.md")
KEEP = 2
_SLACK_SMALL = 200_000_000
_SLACK_LARGE = 1_000_000_000


@dataclass(frozen=True)
class Checkpoint:
    step: int
    path: Path
    progress: dict[str, Any]  # what the run knew then: best step, its loss, …


class Checkpoints:
    """The `checkpoints/` folder of one run. `plan_hash` ties versions to what was asked."""

    def __init__(self, folder: Path, plan_hash: str) -> None:
        self.folder = folder
        self.staging = folder / ".staging"
        self._plan_hash = plan_hash
        self.last_size = 0

    def prepare(self) -> None:
        """An empty staging folder; what a killed predecessor left there is removed."""
        shutil.rmtree(self.staging, ignore_errors=True)
        for old in self.folder.glob(".old-*"):
            shutil.rmtree(old, ignore_errors=True)
        self.staging.mkdir(parents=True)

    def newest(self, damaged: Callable[[Path, str], None]) -> Checkpoint | None:
        """The newest version that is whole; `damaged` hears of each newer one that is not."""
        for path in sorted(self.folder.glob("step-*"), key=_step_of, reverse=True):
            reason = self._flaw(path)
            if not reason:
                self.last_size = _size_of(path)
                return Checkpoint(_step_of(path), path, _read(path / MANIFEST)["progress"])
            damaged(path, reason)
        return None

    def at(self, step: int) -> Path | None:
        """The version of that step if it is there and whole."""
        path = self.folder / f"step-{step}"
        return path if path.is_dir() and not self._flaw(path) else None

    def publish(self, written: Path, step: int, progress: dict[str, Any]) -> Path:
        """Make the files in `written` (inside the staging folder) the version of `step`."""
        for name in _NOT_KEPT:
            (written / name).unlink(missing_ok=True)
        files = {path.name: _flushed(path) for path in sorted(written.iterdir())}
        manifest = {
            "schema": SCHEMA,
            "step": step,
            "plan": self._plan_hash,
            "progress": progress,
            "files": files,
        }
        with open(written / MANIFEST, "w", encoding="utf-8") as file:
            json.dump(manifest, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        _flush_folder(written)
        place = self.folder / f"step-{step}"
        if place.exists():  # from a life that was ended after saving it
            aside = self.folder / f".old-{step}"
            os.rename(place, aside)
            os.rename(written, place)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            os.rename(written, place)
        _flush_folder(self.folder)
        self.last_size = sum(entry["size"] for entry in files.values())
        return place

    def thin_out(self, best_step: int) -> None:
        """Keep the newest two and the best. Called after a new one is published, never before."""
        found = sorted(self.folder.glob("step-*"), key=_step_of, reverse=True)
        for path in found[KEEP:]:
            if _step_of(path) != best_step:
                aside = self.folder / f".old-{_step_of(path)}"
                os.rename(path, aside)  # never half a folder under a good name
                shutil.rmtree(aside, ignore_errors=True)

    def lacks_space(self, first_size: int) -> str:
        """A sentence when the disk is too full for one more version, else empty.

        Asked for: one and a half times the last version, and a gigabyte to spare; for tiny
        models a fifth of that, or small disks could not be used at all.
        """
        size = self.last_size or first_size
        slack = _SLACK_LARGE if size > _SLACK_LARGE else _SLACK_SMALL
        needed = int(1.5 * size) + slack
        free = shutil.disk_usage(self.folder).free
        if free >= needed:
            return ""
        return (
            f"The disk has {format_bytes(free)} free; the next version needs "
            f"{format_bytes(needed)}. Free some space, then resume."
        )

    def _flaw(self, path: Path) -> str:
        """Why this version can't be gone on from; empty when it is whole."""
        try:
            manifest = _read(path / MANIFEST)
            if manifest["schema"] > SCHEMA:
                return "it was written by a newer version of the app"
            if manifest["plan"] != self._plan_hash:
                return "it belongs to another plan"
            files: dict[str, dict[str, Any]] = manifest["files"]
            extra = {p.name for p in path.iterdir()} - files.keys() - {MANIFEST}
            if extra:
                return f"{min(extra)} does not belong to it"
            for name, entry in files.items():
                if not (path / name).is_file():
                    return f"{name} is missing"
                if (path / name).stat().st_size != entry["size"]:
                    return f"{name} is cut short"
            for name, entry in files.items():
                if _sha256(path / name) != entry["sha256"]:
                    return f"{name} is damaged"
        except (OSError, ValueError, KeyError, TypeError):
            return "its list of files is missing or damaged"
        return ""


def publish_folder(written: Path, place: Path) -> None:
    """Flush a finished folder and give it its name, whole or not at all."""
    for path in sorted(written.rglob("*")):
        if path.is_file():
            with open(path, "rb") as file:
                os.fsync(file.fileno())
    _flush_folder(written)
    if place.exists():
        shutil.rmtree(place)
    os.rename(written, place)
    _flush_folder(place.parent)


def _step_of(path: Path) -> int:
    digits = path.name.removeprefix("step-")
    return int(digits) if digits.isdigit() else -1


def _size_of(path: Path) -> int:
    return sum(p.stat().st_size for p in path.iterdir())


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def _flushed(path: Path) -> dict[str, Any]:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    return {"size": path.stat().st_size, "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush_folder(path: Path) -> None:
    if os.name == "nt":
        return  # Windows can't open folders; its rename is journalled
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
