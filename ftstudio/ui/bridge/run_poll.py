"""Looks at all runs every second or so, off the window's thread; starts the next that waits."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.core.errors import StudioError
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
        self._task: Task[list[RunRow]] | None = None
        self._states: dict[str, str] = {}
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
        return row is not None and read_status(row.folder).state == "running"

    def look(self) -> None:
        """Look now, unless a look is under way."""
        if self._task is not None:
            return
        workspace = self._workspace
        self._task = background.run(
            self, lambda cancel: _read(workspace, cancel), self._on_rows, self._on_failed
        )

    def _on_rows(self, rows: list[RunRow]) -> None:
        self._task = None
        self.rows = rows
        self._timer.setInterval(_EVERY_MS if self.running() else _IDLE_MS)
        self.runs_seen.emit(rows)
        for row in rows:
            before, now = self._states.get(row.id), row.status.state
            self._states[row.id] = now
            if before == "running" and now in _OVER:
                self.run_ended.emit(row)

    def _on_failed(self, error: StudioError) -> None:
        self._task = None
        _log.warning("runs can't be read: %s", error)


def _read(workspace: Workspace, cancel: Cancel) -> list[RunRow]:
    from ftstudio.jobs import queue
    from ftstudio.jobs.history import list_runs

    try:
        queue.start_next(workspace)
        cancel.check()
        return list_runs(workspace)
    except OSError as error:
        raise StudioError(
            "The runs can't be listed.",
            f"The system says: {error.strerror or error}.",
            "Check that the workspace's drive is connected.",
            code="runs_unreadable",
        ) from error
