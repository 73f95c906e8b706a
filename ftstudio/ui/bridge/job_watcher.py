"""The thread that follows a job folder: its events as one signal per poll."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread, Signal

from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import follow


class JobWatcher(QThread):
    """`events_seen` carries a list of events, old ones first; `ended` comes after the last."""

    events_seen = Signal(list)
    ended = Signal()

    def __init__(self, folder: JobFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self._stop = threading.Event()

    def run(self) -> None:
        for events in follow(self.folder, stop=self._stop.is_set):
            if events:
                self.events_seen.emit(events)
        if not self._stop.is_set():
            self.ended.emit()

    def stop(self, wait_ms: int = 2000) -> bool:
        """Stop following; the job itself goes on. True when the thread has ended."""
        self._stop.set()
        return self.wait(wait_ms)
