"""Deleted runs: moved aside for thirty days, so that a deletion can be undone."""

from __future__ import annotations

from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.trash import bring_back, lying_in, put_into
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder


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
    try:
        return put_into(_trash(workspace), folder.path)
    except OSError as error:
        raise StudioError(
            "The run could not be deleted.",
            f"The system says: {error.strerror or error}.",
            "Close programs that have files of the run open, then try again.",
            code="disk",
        ) from error


def restore(workspace: Workspace, token: str) -> JobFolder:
    """Undo a deletion."""
    what, remedy = "The run can't be brought back.", "Look at the list of runs."
    back = bring_back(_trash(workspace), token, workspace.jobs, what, remedy)
    return JobFolder(back)


def deleted(workspace: Workspace) -> list[JobFolder]:
    """The runs that can be brought back."""
    return [JobFolder(path) for path in lying_in(_trash(workspace))]


def _trash(workspace: Workspace) -> Path:
    return workspace.jobs / ".trash"
