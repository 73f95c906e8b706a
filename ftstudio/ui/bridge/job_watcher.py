"""The thread that follows a job folder: its events as one signal per poll."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, QThread, Signal

from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import follow

_log = logging.getLogger(__name__)
_PATIENCE = 0.05  # seconds between two looks at whether it is to stop
_leaving: list[JobWatcher] = []  # told to stop, and held up by a drive that doesn't answer


class JobWatcher(QThread):
    """`events_seen` carries a list of events, old ones first; `ended` comes after the last.

    With `ahead` no more than so many lists are under way: who takes them says `taken` after each.
    A long run is read faster than it can be shown, and a heap of events holds up the window each
    time that Python looks for garbage.
    """

    events_seen = Signal(list)
    ended = Signal()

    def __init__(
        self, folder: JobFolder, parent: QObject | None = None, ahead: int | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self._room = None if ahead is None else threading.Semaphore(ahead)
        self._stop = threading.Event()

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
        """Stop following; the job itself goes on. True when the thread has ended.

        One that has not is kept until it does: Qt ends the program when a running thread's
        object is thrown away.
        """
        self._stop.set()
        ended = self.wait(wait_ms)
        if not ended and self not in _leaving:
            _leaving.append(self)
            self.finished.connect(self._on_left)
        return ended

    def _on_left(self) -> None:
        if self in _leaving:
            _leaving.remove(self)


def still_leaving() -> bool:
    """Whether a watcher that was told to stop is still held up."""
    return any(watcher.isRunning() for watcher in _leaving)
