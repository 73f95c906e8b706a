"""Runs that wait for their turn: one works at a time, the order is kept on disk."""

from __future__ import annotations

import json

from ftstudio.core.paths import Workspace, write_text
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder


def enqueue(workspace: Workspace, folder: JobFolder) -> None:
    """Put a run at the end of the queue."""
    waiting = [job_id for job_id in _read(workspace) if job_id != folder.id]
    _write(workspace, [*waiting, folder.id])


def remove(workspace: Workspace, job_id: str) -> None:
    _write(workspace, [other for other in _read(workspace) if other != job_id])


def list_waiting(workspace: Workspace) -> list[JobFolder]:
    """In their order; folders that are gone or were started meanwhile are left out."""
    folders = (JobFolder(workspace.jobs / job_id) for job_id in _read(workspace))
    return [f for f in folders if (f.path / "job.json").is_file() and not f.lock.exists()]


def next_waiting(workspace: Workspace) -> JobFolder | None:
    """The run whose turn it is, or None: nothing waits, or one is at work."""
    if any_running(workspace):
        return None
    return next(iter(list_waiting(workspace)), None)


def start_next(workspace: Workspace, module: str = "ftstudio.worker") -> JobFolder | None:
    """Start the run whose turn it is, and take it out of the queue."""
    folder = next_waiting(workspace)
    if folder is not None:
        launch.start(folder, module)
        remove(workspace, folder.id)
    return folder


def any_running(workspace: Workspace) -> bool:
    """Whether a training run is at work; short jobs (previews, merges) don't count."""
    return any(
        launch.is_running(folder) and folder.spec().kind == "train"
        for folder in map(JobFolder, workspace.jobs.iterdir())
        if folder.lock.exists()
    )


def _read(workspace: Workspace) -> list[str]:
    try:
        raw = json.loads((workspace.root / "queue.json").read_text("utf-8"))
        return [str(job_id) for job_id in raw["waiting"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write(workspace: Workspace, waiting: list[str]) -> None:
    write_text(workspace.root / "queue.json", json.dumps({"schema": 1, "waiting": waiting}))
