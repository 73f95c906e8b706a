"""How long a window stands still: a timer that should beat every 10 ms, and its gaps."""

from __future__ import annotations

import time

from PySide6.QtCore import QElapsedTimer, Qt, QTimer


class Heartbeat:
    """Gaps between the beats, in ms: by the clock, in CPU time of this process alone, and of its
    window's thread alone. On a busy machine the clock tells of others; CPU time is what our own
    threads took meanwhile, and that of the thread is what one turn of its event loop took."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self.busy: list[float] = []
        self.turns: list[float] = []
        self._spent = self._own = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._clock.start()
        self._spent, self._own = time.process_time(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        now = time.process_time()
        self.busy.append(1000 * (now - self._spent))
        self._spent = now
        own = time.thread_time()
        self.turns.append(1000 * (own - self._own))
        self._own = own
        self._clock.restart()

    def figures(self) -> tuple[float, float]:
        """99th percentile and longest, in ms of the clock."""
        return _figures(self.gaps)

    def own(self) -> tuple[float, float]:
        """99th percentile and longest, in ms of our own CPU time."""
        return _figures(self.busy)

    def thread(self) -> tuple[float, float]:
        """99th percentile and longest, in ms of the window's thread's CPU time."""
        return _figures(self.turns)


def _figures(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values) or [0.0]
    return ordered[int(0.99 * (len(ordered) - 1))], ordered[-1]
