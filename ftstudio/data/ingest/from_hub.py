"""A dataset from Hugging Face: which of its files are wanted, and where they lie."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path, PurePosixPath

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.data.format import ARCHIVES, suffixes
from ftstudio.data.pictures import SUFFIXES

_BESIDE = ("readme", "license", "licence", "copying", "notice")
_PARQUET = (".parquet", ".pq")
_ORIGIN = ".ftstudio_source.json"  # begins with a dot: it is never read as data
_MOST_FILES = 20_000


def downloads(workspace: Workspace) -> Path:
    """Where fetched datasets lie."""
    return workspace.root / "downloads"


def choose_files(name: str, files: list[str]) -> list[str]:
    """Data that can be read, its card and its licence; of a dataset with Parquet files only those
    and pictures. No program is ever fetched."""
    safe = [file for file in files if _is_safe(file)]
    about = [f for f in safe if PurePosixPath(f).name.lower().startswith(_BESIDE)]
    known = {*suffixes(), *ARCHIVES, *SUFFIXES, ".gz"}
    data = [f for f in safe if f not in about and PurePosixPath(f).suffix.lower() in known]
    if any(file.lower().endswith(_PARQUET) for file in data):
        data = [file for file in data if file.lower().endswith((*_PARQUET, *SUFFIXES))]
    if not data or len(data) > _MOST_FILES:
        raise _nothing_to_read(name, files, len(data))
    return sorted(about) + sorted(data)


def _is_safe(file: str) -> bool:
    parts = PurePosixPath(file).parts
    return not set(file) & set("\\:") and not any(part[0] in "./" for part in parts)


def _nothing_to_read(name: str, files: list[str], count: int) -> StudioError:
    if count:
        return StudioError(
            f"{name} holds more than {_MOST_FILES:,} files.",
            "So many are hardly one dataset.",
            "Fetch the part that you need from its page, and choose that folder.",
            code="too_many_files",
        )
    script = any(file.endswith(".py") for file in files)
    return StudioError(
        f"{name} holds no file that can be read.",
        "It is only a program that loads data from elsewhere, and programs are never run here."
        if script
        else "None of its files is a table, a text or an archive.",
        "Look on its page for a copy as Parquet, JSON or CSV, and choose that file.",
        code="hub_no_data",
    )


def settle(workspace: Workspace, partial: Path, name: str, revision: str) -> Path:
    """Put what has arrived whole in its place; an earlier copy makes room."""
    write_text(partial / _ORIGIN, json.dumps({"name": name, "revision": revision}))
    final = downloads(workspace) / name
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        shutil.rmtree(final)
    os.replace(partial, final)
    return final


def origin(path: Path) -> str:
    """Where a fetched dataset came from: "org/name at 0123456789ab"; empty for other files."""
    try:
        told = json.loads((path / _ORIGIN).read_text("utf-8"))
        return f"{told['name']} at {str(told['revision'])[:12]}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
