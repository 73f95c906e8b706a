"""Brings a job folder's events into a `RunRecord`, a few milliseconds at a time."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from ftstudio.jobs.events import Event
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge.job_watcher import JobWatcher
from ftstudio.ui.monitor.run_record import RunRecord

_SLICE = 250  # events applied between two looks at the clock
_BUDGET = 0.006  # seconds of the GUI thread a turn
_AHEAD = 2  # lists of some 15,000 events that are read before they are needed
_LOOK_AGAIN_MS = 1500
_CHANGE_MS = 200  # labels are renewed at most five times a second


class RunFeed(QObject):
    """One run at a time. A run of a million steps is replayed without holding up the window."""

    data_arrived = Signal()  # the curves grew
    changed = Signal()  # at most five times a second: renew what is written
    caught_up = Signal()  # all that was said so far is in the record
    revived = Signal()  # a run that had ended goes on, started from elsewhere

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.record = RunRecord()
        self._watchers: list[JobWatcher] = []  # one, or none
        self._pending: deque[list[Event]] = deque()
        self._place = 0  # in the first of them
        self._work = QTimer(self)
        self._work.setInterval(4)
        self._work.timeout.connect(self._on_turn)
        self._change = QTimer(self)
        self._change.setSingleShot(True)
        self._change.setInterval(_CHANGE_MS)
        self._change.timeout.connect(self.changed)
        self._folder: JobFolder | None = None
        self._size_at_end = 0
        self._look_again = QTimer(self)
        self._look_again.setInterval(_LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self._on_look_again)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)
        watchers = self._watchers  # not self: it is gone when `destroyed` comes
        self.destroyed.connect(lambda: _stop_all(watchers))

    def watch(self, folder: JobFolder) -> None:
        """Start over with this folder, from its first event."""
        self.close()
        self.record = RunRecord()
        watcher = JobWatcher(folder, ahead=_AHEAD)
        watcher.events_seen.connect(self._on_events)
        watcher.ended.connect(self._on_ended)
        self._folder = folder
        self._watchers.append(watcher)
        watcher.start()

    def close(self) -> None:
        """Stop following; the run itself goes on."""
        self._work.stop()
        self._change.stop()
        self._look_again.stop()
        self._pending.clear()
        self._place = 0
        for watcher in self._watchers:
            watcher.events_seen.disconnect(self._on_events)
            watcher.ended.disconnect(self._on_ended)
        _stop_all(self._watchers)

    def _on_ended(self) -> None:
        self._size_at_end = self._events_size()
        self._look_again.start()

    def _on_look_again(self) -> None:
        """Resumed from the command line or another window: the file grows again."""
        if self._events_size() != self._size_at_end:
            self._look_again.stop()
            self.revived.emit()

    def _events_size(self) -> int:
        try:
            return self._folder.events.stat().st_size if self._folder else 0
        except OSError:
            return self._size_at_end

    def _on_events(self, events: list[Event]) -> None:
        self._pending.append(events)
        if not self._work.isActive():
            self._on_turn()

    def _on_turn(self) -> None:
        until = time.perf_counter() + _BUDGET
        while self._pending and time.perf_counter() < until:
            batch = self._pending[0]
            self.record.apply(batch[self._place : self._place + _SLICE])
            self._place += _SLICE
            if self._place >= len(batch):
                self._pending.popleft()
                self._place = 0
                for watcher in self._watchers:
                    watcher.taken()
        self.data_arrived.emit()
        if not self._change.isActive():
            self._change.start()
        if self._pending:
            self._work.start()
        else:
            self._work.stop()
            self.caught_up.emit()


def _stop_all(watchers: list[JobWatcher]) -> None:
    for watcher in watchers:
        watcher.stop()
    watchers.clear()
