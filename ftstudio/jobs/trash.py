"""Deleted runs: moved aside for thirty days, so that a deletion can be undone."""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder

_TRASH_DAYS = 30


def delete(workspace: Workspace, folder: JobFolder) -> str:
    """Move a run to the trash and return the token that brings it back.

    What it put on the shelf stays there. Raises StudioError while its worker is at work.
    """
    if launch.is_running(folder):
        raise StudioError(
            "A run can't be deleted while it is at work.",
            "Its worker still writes into the folder.",
            "Stop it first.",
            code="run_is_running",
        )
    token = f"{int(time.time())}-{secrets.token_hex(2)}"
    home = _trash(workspace) / token
    try:
        _empty_old(_trash(workspace))
        home.mkdir(parents=True)
        folder.path.rename(home / folder.id)
    except OSError as error:
        raise StudioError(
            "The run could not be deleted.",
            f"The system says: {error.strerror or error}.",
            "Close programs that have files of the run open, then try again.",
            code="disk",
        ) from error
    return token


def restore(workspace: Workspace, token: str) -> JobFolder:
    """Undo a deletion."""
    home = _trash(workspace) / Path(token).name
    kept = next(home.iterdir(), None) if home.is_dir() else None
    if kept is None or (workspace.jobs / kept.name).exists():
        raise StudioError(
            "The run can't be brought back.",
            "It is no longer in the trash, or another one has taken its place.",
            "Look at the list of runs.",
            code="trash_empty",
        )
    kept.rename(workspace.jobs / kept.name)
    home.rmdir()
    return JobFolder(workspace.jobs / kept.name)


def _trash(workspace: Workspace) -> Path:
    return workspace.jobs / ".trash"


def _empty_old(trash: Path) -> None:
    limit = time.time() - _TRASH_DAYS * 86400
    for path in trash.glob("*-*"):
        when = path.name.partition("-")[0]
        if when.isdigit() and int(when) < limit:
            shutil.rmtree(path, ignore_errors=True)
