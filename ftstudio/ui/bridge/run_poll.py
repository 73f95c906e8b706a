"""Looks at all runs every second or so, off the window's thread; starts the next that waits."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.paths import Workspace
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel, Task

if TYPE_CHECKING:
    from ftstudio.jobs.history import RunRow

_EVERY_MS = 1500  # while something runs
_IDLE_MS = 4000
_OVER = ("finished", "stopped", "failed", "interrupted", "paused")
_log = logging.getLogger(__name__)


class RunPoll(QObject):
    """`runs_seen` carries all training runs, newest first; `run_ended` one that was running."""

    runs_seen = Signal(list)
    run_ended = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Task[_Seen] | None = None
        self._states: dict[str, str] = {}
        self._complaint = ""  # logged once, not at every look
        self._holds_queue = False
        self.rows: list[RunRow] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def set_workspace(self, workspace: Workspace) -> None:
        if self._task is not None:  # it looks at the old one
            self._task.cancel()
            self._task = None
        self._workspace = workspace
        self._states.clear()

    def running(self) -> RunRow | None:
        """The run that works now, as last seen."""
        return next((row for row in self.rows if row.status.state == "running"), None)

    def still_running(self) -> bool:
        """Whether that run works at this very moment: the last look may be seconds old."""
        from ftstudio.jobs.history import read_status

        row = self.running()
        try:
            return row is not None and read_status(row.folder).state == "running"
        except (OSError, StudioError):  # can't be known: nothing may hold up the closing
            return False

    def hold_queue(self, on: bool) -> None:
        """While the workspace is being moved nothing new may start in it."""
        self._holds_queue = on

    def look(self) -> None:
        """Look now, unless a look is under way."""
        if self._task is not None:
            return
        workspace, starts = self._workspace, not self._holds_queue
        self._task = background.run(
            self, lambda cancel: _read(workspace, cancel, starts), self._on_seen,
            self._on_failed, ended=self._on_ended,
        )  # fmt: skip

    def _on_ended(self) -> None:
        self._task = None

    def _on_seen(self, seen: _Seen) -> None:
        self._complain(seen.queue_trouble)
        rows = self.rows = seen.rows
        self._timer.setInterval(_EVERY_MS if self.running() else _IDLE_MS)
        self.runs_seen.emit(rows)
        for row in rows:
            before, now = self._states.get(row.id), row.status.state
            self._states[row.id] = now
            if before == "running" and now in _OVER:
                self.run_ended.emit(row)

    def _on_failed(self, error: StudioError) -> None:
        self._complain(error)

    def _complain(self, error: Exception | None) -> None:
        words = repr(error) if error is not None else ""
        if words and words != self._complaint:
            _log.warning("runs can't be read or started: %s", error, exc_info=error)
        self._complaint = words


@dataclass(frozen=True)
class _Seen:
    rows: list[RunRow]
    queue_trouble: Exception | None = None


def _read(workspace: Workspace, cancel: Cancel, start_next: bool) -> _Seen:
    from ftstudio.jobs import queue
    from ftstudio.jobs.history import list_runs

    trouble: Exception | None = None
    try:
        if start_next:
            queue.start_next(workspace)
    except Exception as error:  # noqa: BLE001 - one run that can't start must not hide the others
        trouble = error
    cancel.check()
    try:
        return _Seen(list_runs(workspace), trouble)
    except Cancelled:
        raise
    except Exception as error:  # a dialog at every look would help nobody
        raise StudioError(
            "The runs can't be listed.",
            f"The system says: {getattr(error, 'strerror', None) or error}.",
            "Check that the workspace's drive is connected.",
            code="runs_unreadable",
        ) from error
