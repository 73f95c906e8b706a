"""Copies a workspace to another place and verifies it; the old one stays as it is."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_bytes

_CHUNK = 1 << 20
Progress = Callable[[float], None]


def workspace_size(workspace: Workspace) -> int:
    """Bytes of all files, links not followed."""
    return sum(file.lstat().st_size for file in _files(workspace.root))


def copy_workspace(old: Workspace, target: Path, progress: Progress,
                   cancelled: Callable[[], bool]) -> Workspace:  # fmt: skip
    """Copy everything into `target`, which must be empty or not yet there, and compare it.

    When it fails or is cancelled, what was copied is removed and the old place is untouched.
    Raises StudioError or Cancelled.
    """
    _check_target(old, target)
    files = _files(old.root)
    total = sum(file.lstat().st_size for file in files) or 1
    _check_room(target, total)
    staged = target.with_name(f".{target.name}.moving")
    try:
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True, mode=0o700)
        done = 0
        for file in files:
            if cancelled():
                raise Cancelled
            done += _copy_verified(file, staged / file.relative_to(old.root))
            progress(done / total)
        _copy_empty_folders(old.root, staged)
        if target.exists():
            target.rmdir()
        staged.rename(target)
    except OSError as error:
        raise StudioError(
            "The workspace could not be moved.",
            f"The system says: {error.strerror or error}.",
            "Everything is still at the old place. Choose another folder, or free some space.",
            code="move_failed",
        ) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return Workspace(target).create()


def _files(root: Path) -> list[Path]:
    return sorted(p for p in root.rglob("*") if p.is_symlink() or p.is_file())


def _check_target(old: Workspace, target: Path) -> None:
    here, there = old.root.resolve(), target.resolve()
    if there == here or here in there.parents or there in here.parents:
        raise StudioError(
            "The workspace can't be moved there.",
            "The new folder is inside the old one, or the other way round.",
            "Choose a folder elsewhere.",
            code="move_into_itself",
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StudioError(
            "The workspace can't be moved there.",
            f"{target} is not empty, and its files must not be mixed with yours.",
            "Choose an empty folder.",
            code="move_not_empty",
        )


def _check_room(target: Path, need: int) -> None:
    existing = next(p for p in (target, *target.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < need * 1.02:
        raise StudioError(
            f"The workspace needs {format_bytes(need)}.",
            f"There are {format_bytes(free)} free at the new place.",
            "Free some space there, or choose another drive.",
            code="move_no_room",
        )


def _copy_verified(source: Path, target: Path) -> int:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
        return source.lstat().st_size
    digest, size = hashlib.sha256(), 0
    with open(source, "rb") as reading, open(target, "wb") as writing:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
            writing.write(chunk)
            size += len(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copystat(source, target)
    with open(target, "rb") as copied:
        if hashlib.file_digest(copied, "sha256").digest() != digest.digest():
            raise OSError(f"{target.name} differs after copying")
    return size


def _copy_empty_folders(old: Path, new: Path) -> None:
    for folder in old.rglob("*"):
        if folder.is_dir() and not folder.is_symlink():
            (new / folder.relative_to(old)).mkdir(parents=True, exist_ok=True, mode=0o700)
