"""All runs of a workspace, found by looking at the folders; damaged ones are listed too."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import last_words, launch
from ftstudio.jobs.event_file import EventFile
from ftstudio.jobs.folder import JobFolder, JobSpec
from ftstudio.jobs.status import RunStatus


@dataclass(frozen=True)
class RunRow:
    """One line of the history. A run whose `job.json` can't be read has `problem` and no spec."""

    folder: JobFolder
    spec: JobSpec | None
    status: RunStatus
    problem: StudioError | None = None

    @property
    def id(self) -> str:
        return self.folder.id

    @property
    def name(self) -> str:
        return self.spec.name if self.spec else self.folder.id

    @property
    def created(self) -> float:
        return self.spec.created if self.spec else _changed(self.folder)


# What was folded of each event file already: growing files are read from where they were left.
_folding = threading.Lock()  # the rail and the list of runs both look, each in its own thread
_folded: dict[Path, tuple[EventFile, RunStatus, int]] = {}


def list_runs(workspace: Workspace, kinds: tuple[str, ...] = ("train",)) -> list[RunRow]:
    """The runs, newest first. Previews, merges and the like only when asked for by `kinds`.

    Raises StudioError where the list itself can't be had, as when the drive is unplugged.
    """
    try:
        paths = [path for path in workspace.jobs.iterdir() if _looks_like_run(path)]
    except OSError as error:
        raise StudioError(
            "The runs can't be listed.",
            f"The system says: {error.strerror or error}.",
            "Check that the workspace's drive is connected.",
            code="runs_unreadable",
        ) from error
    rows = [read_run(JobFolder(path)) for path in paths]
    wanted = [row for row in rows if row.spec is None or row.spec.kind in kinds]
    return sorted(wanted, key=lambda row: row.created, reverse=True)


def find_run(workspace: Workspace, run_id: str) -> RunRow:
    """One run by its id, or by an unambiguous beginning of id or name."""
    rows = list_runs(workspace, ("train", "merge", "export", "preview", "download", "label"))
    exact = [row for row in rows if row.id == run_id]
    near = [row for row in rows if row.id.startswith(run_id) or row.name == run_id]
    found = exact or near
    if len(found) == 1:
        return found[0]
    why = f"{len(found)} runs are called that." if found else "There is no such run here."
    raise StudioError(
        f"The run “{run_id}” was not found.",
        why,
        "Look at the list of runs and give the run's id.",
        code="run_not_found",
    )


def _looks_like_run(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _changed(folder: JobFolder) -> float:
    try:
        return folder.path.stat().st_mtime
    except OSError:  # it vanished meanwhile
        return 0.0


def read_run(folder: JobFolder) -> RunRow:
    """One run as it stands now."""
    try:
        spec, problem = folder.spec(), None
    except StudioError as error:
        spec, problem = None, error
    try:
        return RunRow(folder, spec, read_status(folder), problem)
    except OSError as error:
        return RunRow(folder, spec, RunStatus(), _closed(folder, error))


def _closed(folder: JobFolder, error: OSError) -> StudioError:
    return StudioError(
        f"The run {folder.id} can't be read.",
        f"The system says: {error.strerror or error}.",
        "Give yourself the right to read its folder, or ask who owns it.",
        code="job_unreadable",
    )


def read_status(folder: JobFolder) -> RunStatus:
    """Where it stands; a run whose worker is gone without a last word is interrupted."""
    running = launch.is_running(folder)
    with _folding:
        file, folded = _fold_new_events(folder)
        status = copy.copy(folded)
    life_began = launch.life_began_at(folder)
    spoken = file.last_word_at >= max(life_began, file.life_at)
    started = folder.lock.exists() or file.offset > 0
    if running and not spoken and status.state != "running":
        status.state = "running"  # started, and nothing said yet
    elif started and not running and not spoken:
        status.apply(last_words.of(folder, launch.returncode(folder)))
    return status


def _fold_new_events(folder: JobFolder) -> tuple[EventFile, RunStatus]:
    path = folder.events
    try:
        stat = path.stat()
        size, inode = stat.st_size, stat.st_ino
    except OSError:
        size, inode = 0, 0
    file, status, known_inode = _folded.get(path, (EventFile(path), RunStatus(), inode))
    if size < file.offset or inode != known_inode:  # another file by the same name
        file, status = EventFile(path), RunStatus()
    while size > file.offset:
        for event in file.read():
            status.apply(event)
        if file.drained:
            break
    _folded[path] = (file, status, inode)
    return file, status


def download_under_way(workspace: Workspace, of: str) -> Path | None:
    """The job folder of a download that is at work: `of` a "model", or of a "dataset"."""
    rows = list_runs(workspace, ("download",))
    mine = (r for r in rows if r.spec is not None and r.spec.payload.get("of", "model") == of)
    return next((row.folder.path for row in mine if row.status.state == "running"), None)
