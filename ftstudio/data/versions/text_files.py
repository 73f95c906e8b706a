"""The files that a workspace keeps beside datasets and copies of sources: which hold text, which
can't be looked into, and writing one anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import VERSION_FILE

LARGEST = 200_000_000  # bytes of a text file that is searched
_CLOSED = {".xlsx", ".parquet", ".arrow", ".zip", ".gz", ".docx", ".pdf"}
# Weights and pictures name nobody that a search for a text could find.
_NO_TEXT = {".safetensors", ".bin", ".pt", ".pth", ".gguf", ".npy", ".npz", ".model", ".png",
            ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".lock"}  # fmt: skip
_NOT_WALKED = {"datasets", "sources", "models"}
_BEGIN = 8_192  # bytes by which text is told from anything else


def text_files(workspace: Workspace) -> Iterator[tuple[Path, bool]]:
    """What drafts, runs, feedback, exports and the shelf left, and what lies beside their folders;
    with each whether it is text that can be searched."""
    for home in sorted(workspace.root.iterdir()):
        if home.name in _NOT_WALKED:
            continue
        visible = [] if home.name.startswith(".") else [home]  # the window's own notes
        for path in sorted(home.rglob("*")) if home.is_dir() else visible:
            if path.suffix.lower() in _NO_TEXT or path.is_symlink() or not path.is_file():
                continue
            if not _of_version(path, workspace):
                yield path, _is_text(path)


def stray_versions(workspace: Workspace) -> list[Path]:
    """Folders of whole datasets that were written elsewhere in the workspace than in their list."""
    found: list[Path] = []
    for home in sorted(workspace.root.iterdir()):
        if home.is_dir() and home.name not in {*_NOT_WALKED, "trash", "drafts"}:
            found += [path.parent for path in sorted(home.rglob(VERSION_FILE))]
    return found


def _of_version(path: Path, workspace: Workspace) -> bool:
    """Versions are looked through by their rows."""
    inside = path.relative_to(workspace.root).parts
    return inside[:2] == ("trash", "datasets") or (path.parent / VERSION_FILE).is_file()


def _is_text(path: Path) -> bool:
    if path.suffix.lower() in _CLOSED or is_too_large(path):
        return False
    try:
        with path.open("rb") as file:
            return b"\0" not in file.read(_BEGIN)
    except OSError:
        return False


def is_too_large(path: Path) -> bool:
    try:
        return path.stat().st_size > LARGEST
    except OSError:
        return False


def text_of(path: Path) -> str:
    """Empty where it can't be read, or is too large for it."""
    try:
        if is_too_large(path):
            return ""
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def replace(path: Path, text: str, work: Path) -> None:
    """Whole or not at all, byte for byte, and readable by nobody who could not read it before. It
    is written in `work`, which is swept where a kill leaves it, if that is on the same drive."""
    fresh = beside(path, work)
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, fresh)
    os.replace(fresh, path)


def beside(path: Path, work: Path) -> Path:
    """Where a file is written that is to take this one's place."""
    same = path.parent.stat().st_dev == work.stat().st_dev
    return (work if same else path.parent) / f".{path.name}.new"
