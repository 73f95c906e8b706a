"""A short job beside a page, such as counting or a trial: started, followed, ended with it.

Its folder is none of the runs, and goes when it is over.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.events import Event, Failed, Finished, Stopped
from ftstudio.jobs.folder import JobFolder, JobKind, create_job
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.job_watcher import JobWatcher

_PATIENCE = 2.0  # seconds until a worker that is being started has a process id
Read = Callable[[JobFolder], Any]  # what the job has left behind; called outside the GUI thread
Furnish = Callable[[JobFolder], None]  # what else lies in the folder before the start; likewise


class SideJob(QObject):
    """One at a time. `finished` carries the last word and what `read` made of the folder."""

    spoke = Signal(object)  # each event before the last word
    finished = Signal(object, object)
    failed = Signal(object)  # StudioError

    def __init__(self, kind: JobKind, read: Read, parent: QObject | None = None,
                 furnish: Furnish | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._kind: JobKind = kind
        self._read = read
        self._furnish = furnish
        self._folder: JobFolder | None = None
        self._watcher: JobWatcher | None = None
        self._starting: background.Task[JobFolder] | None = None
        self._made: list[JobFolder] = []  # started just now, and not yet heard of
        self._turn = 0  # what an earlier job still says is not heard

    @property
    def at_work(self) -> bool:
        return self._starting is not None or self._watcher is not None

    def begin(self, workspace: Workspace, name: str, payload: dict[str, Any]) -> None:
        self.cancel()
        kind, turn, made, furnish = self._kind, self._turn, self._made, self._furnish

        def start(_cancel: background.Cancel) -> JobFolder:
            try:
                folder = create_job(workspace.jobs, kind, name, payload, workspace.root)
            except OSError as error:
                raise _not_writable(error) from error
            made.append(folder)
            try:
                if furnish is not None:
                    furnish(folder)
                launch.start(folder)
            except (OSError, StudioError) as error:
                made.remove(folder)
                shutil.rmtree(folder.path, ignore_errors=True)
                raise error if isinstance(error, StudioError) else _not_writable(error) from error
            return folder

        self._starting = background.run(
            self, start, lambda folder: self._on_started(folder, turn),
            lambda error: self._on_not_started(error, turn),
        )  # fmt: skip

    def cancel(self) -> None:
        """End it at once; nothing more is heard of it."""
        self._turn += 1
        self._starting = None
        self._leave()

    def shut_down(self) -> None:
        """The window closes, and nobody will ask for the result any more."""
        self._turn += 1
        if self._starting is not None:
            self._starting.thread.join(_PATIENCE)
            self._starting = None
        self._stop_watching()
        for folder in [*self._made, *([self._folder] if self._folder else [])]:
            _end(folder)
        self._made.clear()
        self._folder = None

    def _on_started(self, folder: JobFolder, turn: int) -> None:
        if folder not in self._made:
            return  # the window has closed, and it was ended
        self._made.remove(folder)
        if turn != self._turn:
            background.run(self, lambda cancel: _end(folder), _nothing, _nothing)
            return
        self._starting, self._folder = None, folder
        self._watcher = JobWatcher(folder, self)
        self._watcher.events_seen.connect(self._on_events)
        self._watcher.start()

    def _on_not_started(self, error: StudioError, turn: int) -> None:
        if turn == self._turn:
            self._starting = None
            self.failed.emit(error)

    def _on_events(self, events: list[Event]) -> None:
        if self.sender() is not self._watcher:
            return
        for event in events:
            match event:
                case Finished():
                    self._take_result(event)
                case Failed():
                    self._leave()
                    self.failed.emit(
                        StudioError(event.what, event.why, event.remedy, code=event.code)
                    )
                case Stopped():
                    self._leave()
                case _:
                    self.spoke.emit(event)

    def _take_result(self, last: Finished) -> None:
        self._stop_watching()
        folder, self._folder = self._folder, None
        turn, read = self._turn, self._read
        assert folder is not None

        def take(_cancel: background.Cancel) -> Any:
            try:
                return read(folder)
            finally:
                _end(folder)

        def done(result: Any) -> None:
            if turn == self._turn:
                self.finished.emit(last, result)

        def not_done(error: StudioError) -> None:
            if turn == self._turn:
                self.failed.emit(error)

        background.run(self, take, done, not_done)

    def _leave(self) -> None:
        self._stop_watching()
        folder, self._folder = self._folder, None
        if folder is not None:
            background.run(self, lambda cancel: _end(folder), _nothing, _nothing)

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.deleteLater()
            self._watcher = None


def _end(folder: JobFolder) -> None:
    launch.kill(folder)
    shutil.rmtree(folder.path, ignore_errors=True)


def _nothing(_result: object) -> None:
    return


def _not_writable(error: OSError) -> StudioError:
    return StudioError(
        "It could not be started.",
        f"The system says: {error.strerror or error}.",
        "Check that the workspace folder is writable and the disk is not full.",
        code="start_failed",
    )
