"""The thread that follows a job folder: its events as one signal per poll."""

from __future__ import annotations

import logging
import threading
from functools import partial

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import follow

_log = logging.getLogger(__name__)
_PATIENCE = 0.05  # seconds between two looks at whether it is to stop
_at_work: set[JobWatcher] = set()  # Qt ends the program when a running thread's object goes
_leaving: list[JobWatcher] = []  # told to stop, and held up by a drive that doesn't answer


class JobWatcher(QThread):
    """`events_seen` carries a list of events, old ones first; `ended` comes after the last.

    With `ahead` no more than so many lists are under way: who takes them says `taken` after each.
    A long run is read faster than it can be shown, and a heap of events holds up the window each
    time that Python looks for garbage. It ends with `owner`, if not before.
    """

    events_seen = Signal(list)
    ended = Signal()

    def __init__(
        self, folder: JobFolder, owner: QObject | None = None, ahead: int | None = None
    ) -> None:
        super().__init__()  # no child of its owner's: it may end a moment after it
        self.folder = folder
        self._room = None if ahead is None else threading.Semaphore(ahead)
        self._stop = stop = threading.Event()
        self.finished.connect(self._on_left)
        if owner is not None:
            owner.destroyed.connect(lambda: stop.set())

    def start(self, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        _at_work.add(self)
        super().start(priority)

    def run(self) -> None:
        try:
            for events in follow(self.folder, stop=self._stop.is_set):
                if events and self._has_room():
                    self.events_seen.emit(events)
        except Exception:  # noqa: BLE001 - a drive unplugged, mostly; the view must learn that it ended
            _log.exception("%s can't be followed any more", self.folder.path)
        if not self._stop.is_set():
            self.ended.emit()

    def taken(self) -> None:
        """One list was worked through."""
        if self._room is not None:
            self._room.release()

    def _has_room(self) -> bool:
        """Waits for it; False when told to stop meanwhile."""
        if self._room is None:
            return True
        while not self._room.acquire(timeout=_PATIENCE):
            if self._stop.is_set():
                return False
        return True

    def stop(self, wait_ms: int = 2000) -> bool:
        """Stop following; the job itself goes on. True when the thread has ended."""
        self._stop.set()
        ended = self.wait(wait_ms)
        if not ended and self not in _leaving:
            _leaving.append(self)
        return ended

    def _on_left(self) -> None:
        if self in _leaving:
            _leaving.remove(self)
        QTimer.singleShot(0, partial(_at_work.discard, self))  # not while its own call goes on


def still_leaving() -> bool:
    """Whether a watcher that was told to stop is still held up."""
    return any(watcher.isRunning() for watcher in _leaving)
