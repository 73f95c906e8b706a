"""Fetches a model or a dataset from Hugging Face, in a job of its own: only when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftstudio.cli.following import follow, summary
from ftstudio.cli.screen import Screen
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job

if TYPE_CHECKING:
    from ftstudio.basemodels.hub_errors import Kind

_WORKER = "ftstudio.worker.download"


def fetch(workspace: Workspace, wanted: str, kind: Kind, again: str, screen: Screen) -> int:
    """Fetch it, show how far it is, and say how it ended; the exit status. `again`: the command
    that goes on with what has arrived. Raises StudioError for what is no name."""
    from ftstudio.basemodels.hub import repo_name

    name = repo_name(wanted, kind)
    payload = {"name": name, "of": kind}
    folder = create_job(workspace.jobs, "download", name, payload, workspace.root)
    launch.start(folder, module=_WORKER)
    status = follow(folder, screen)
    screen.result({"run": folder.id, "folder": str(folder.path), "name": name, **summary(status)})
    match status.state:
        case "finished":
            screen.say(f"{name} lies in {status.output}")
            if kind == "dataset":
                screen.say(f"Look at it: ftstudio data inspect “{status.output}”")
            return 0
        case "stopped" | "paused":
            screen.trouble(f"Stopped. What has arrived is kept; go on with: {again} {name}")
            return 130
        case "failed" | "interrupted":
            if status.error is not None:
                error = status.error
                screen.trouble(f"{error.what} {error.why} {error.remedy}")
            else:
                screen.trouble(f"The download ended on the way. Go on with: {again} {name}")
            return 1
        case _:
            return 0  # left in the background
