"""Going on with a run that stands still: alone on the machine, and with less a step where asked."""

from __future__ import annotations

from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.easing import ease
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.history import list_runs


def go_on(workspace: Workspace, folder: JobFolder, changes: dict[str, Any] | None = None) -> int:
    """The process id of its new worker. `changes`: training settings that leave what it learns."""
    refuse_beside_another(workspace, folder)
    if changes:
        ease(folder, changes)
    return launch.resume(folder)


def refuse_beside_another(workspace: Workspace, folder: JobFolder) -> None:
    """Its own worker may still be leaving; starting it waits for that."""
    others = (run for run in list_runs(workspace) if run.id != folder.id)
    if any(run.status.state == "running" for run in others):
        raise StudioError(
            "Another run is at work.",
            "Two at once would share the memory and slow each other down, or both fail.",
            "Wait until it ends, or pause it, then resume this one.",
            code="another_running",
        )
