"""Copies an adapter or model from the shelf to a folder of the person's choice, with progress."""

from __future__ import annotations

import os
from pathlib import Path

from ftstudio.adapters import shelf
from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Finished, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import workspace_of
from ftstudio.worker.reporter import Reporter


def run(folder: JobFolder) -> int:
    """Payload: `adapter_id` and `to`, a folder that is not there yet. Raises StudioError."""
    spec = folder.spec()
    reporter = Reporter(folder)
    reporter.say(Started(pid=os.getpid(), device="cpu"))
    adapter_id, to = spec.payload.get("adapter_id"), spec.payload.get("to")
    home = workspace_of(folder, spec)
    if not adapter_id or not to or not home:
        raise StudioError(
            "There is nothing to export.",
            "The job names no adapter or no folder.",
            "Choose an adapter on the shelf and export it from there.",
            code="no_adapter",
        )

    def progress(done: int, total: int) -> None:
        if any(isinstance(command, Stop) for command in reporter.commands()):
            raise Cancelled
        reporter.say(Phase(name="exporting", text="Copying", done=done, total=total, unit="bytes"))

    try:
        written = shelf.export_folder(Workspace(Path(home)), str(adapter_id), Path(to), progress)
    except Cancelled:
        reporter.say(Stopped(step=0, kept=False))
        return 0
    reporter.say(Finished(output=str(written)))
    return 0
