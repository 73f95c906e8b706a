"""The one job that a card shows: its events folded into its status, until it is let go."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ftstudio.jobs.events import Event
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.bridge.job_watcher import JobWatcher


class FollowedJob(QObject):
    """None, or one at a time. The job itself goes on when it is let go, or its owner goes."""

    changed = Signal()  # by some events
    over = Signal()  # after `changed`, once

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self.folder: JobFolder | None = None
        self.status = RunStatus()
        self._watcher: JobWatcher | None = None

    def follow(self, folder: JobFolder) -> None:
        """From its first event on, in the place of the one before."""
        self.let_go()
        self.folder = folder
        self._watcher = JobWatcher(folder, self)
        self._watcher.events_seen.connect(self._on_events)
        self._watcher.start()

    def let_go(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.events_seen.disconnect(self._on_events)
            watcher.stop()
        self.folder, self.status = None, RunStatus()

    @property
    def is_over(self) -> bool:
        return self.status.is_over and self.status.state != "waiting"

    def _on_events(self, events: list[Event]) -> None:
        was_over = self.is_over
        for event in events:
            self.status.apply(event)
        self.changed.emit()
        if self.is_over and not was_over:
            self.over.emit()
