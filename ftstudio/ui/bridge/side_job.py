"""A short job beside a page, such as counting or a trial: started, followed, ended with it.

Its folder is none of the runs, and goes when it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs.events import Event, Failed, Finished, Stopped
from ftstudio.jobs.folder import JobFolder, JobKind, create_job
from ftstudio.jobs.passing import Passing, sweep
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.job_watcher import JobWatcher

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
        self._passing: Passing | None = None
        self._watcher: JobWatcher | None = None
        self._turn = 0  # what an earlier job still says is not heard
        self._left = _Left()
        self.destroyed.connect(self._left.end_behind)  # a page that goes takes its job along

    @property
    def at_work(self) -> bool:
        return self._passing is not None

    def begin(self, workspace: Workspace, name: str, payload: dict[str, Any]) -> None:
        self.cancel()
        kind, furnish = self._kind, self._furnish
        passing = self._passing = self._left.add(Passing())

        def create() -> JobFolder:
            return create_job(workspace.jobs, kind, name, payload, workspace.root)

        def start(_cancel: background.Cancel) -> JobFolder:
            try:
                sweep(workspace.jobs)
                return passing.begin(create, furnish)
            except OSError as error:
                raise _not_writable(error) from error

        background.run(
            self, start, lambda folder: self._on_started(folder, passing),
            lambda error: self._on_not_started(error, passing),
        )  # fmt: skip

    def cancel(self) -> None:
        """End it at once; nothing more is heard of it."""
        self._turn += 1
        self._stop_watching()
        passing, self._passing = self._passing, None
        if passing is not None:
            left = self._left
            background.run(self, lambda cancel: left.end(passing), _nothing, _nothing)

    def shut_down(self) -> None:
        """The window closes, and nobody will ask for the result any more."""
        self._turn += 1
        self._stop_watching()
        self._passing = None
        self._left.end_all()

    def _on_started(self, folder: JobFolder, passing: Passing) -> None:
        if passing is not self._passing:
            return  # it is being ended
        self._watcher = self._left.watcher = JobWatcher(folder)
        self._watcher.events_seen.connect(self._on_events)
        self._watcher.start()

    def _on_not_started(self, error: StudioError, passing: Passing) -> None:
        if passing is self._passing:
            self._passing = None
            self.failed.emit(error)

    def _on_events(self, events: list[Event]) -> None:
        if self.sender() is not self._watcher:
            return
        for event in events:
            match event:
                case Finished():
                    self._take_result(event)
                case Failed():
                    self.cancel()
                    self.failed.emit(
                        StudioError(event.what, event.why, event.remedy, code=event.code)
                    )
                case Stopped():
                    self.cancel()
                case _:
                    self.spoke.emit(event)

    def _take_result(self, last: Finished) -> None:
        assert self._watcher is not None
        assert self._passing is not None
        folder = self._watcher.folder
        self._stop_watching()
        passing, self._passing = self._passing, None
        turn, read, left = self._turn, self._read, self._left

        def take(_cancel: background.Cancel) -> Any:
            try:
                return read(folder)
            finally:
                left.end(passing)

        def done(result: Any) -> None:
            if turn == self._turn:
                self.finished.emit(last, result)

        def not_done(error: StudioError) -> None:
            if turn == self._turn:
                self.failed.emit(error)

        background.run(self, take, done, not_done)

    def _stop_watching(self) -> None:
        self._watcher = None
        self._left.stop_watching()


class _Left:
    """What must end with the side job. No part of it: it is still there when Qt deletes that."""

    def __init__(self) -> None:
        self.watcher: JobWatcher | None = None  # no child either: Qt would delete it as it runs
        self._jobs: list[Passing] = []

    def add(self, passing: Passing) -> Passing:
        self._jobs.append(passing)
        return passing

    def end(self, passing: Passing) -> None:
        passing.end()
        if passing in self._jobs:
            self._jobs.remove(passing)

    def end_all(self) -> None:
        for passing in list(self._jobs):
            self.end(passing)

    def stop_watching(self) -> None:
        watcher, self.watcher = self.watcher, None
        if watcher is not None and watcher.stop():
            watcher.deleteLater()

    def end_behind(self, _gone: object = None) -> None:
        """Off the window's thread, as long as there is a window."""
        self.stop_watching()
        app = QCoreApplication.instance()
        if app is None:
            self.end_all()
        elif self._jobs:
            background.run(app, lambda cancel: self.end_all(), _nothing, _nothing)


def _nothing(_result: object) -> None:
    return


def _not_writable(error: OSError) -> StudioError:
    return StudioError(
        "It could not be started.",
        f"The system says: {error.strerror or error}.",
        "Check that the workspace folder is writable and the disk is not full.",
        code="start_failed",
    )
