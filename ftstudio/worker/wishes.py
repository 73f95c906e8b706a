"""What is asked of a running worker: by the command file, or by the system's wish to end it."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Literal, assert_never

from ftstudio.jobs.commands import Pause, SaveNow, Stop
from ftstudio.worker.reporter import Reporter

Ending = Literal["", "pause", "keep", "discard"]


class Interrupted(Exception):
    """Raised between two pieces of work when the run shall end now."""


class Wishes:
    """The newest wish counts. SIGTERM (log-out, shutdown, `kill`) is a wish to pause."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self.ending: Ending = ""
        self.reason = ""  # why it pauses, when nobody asked for it
        self.save_now = False
        signal.signal(signal.SIGTERM, self._on_signal)

    def hear(self) -> None:
        for command in self._reporter.commands():
            match command:
                case Pause():
                    self.ending = "pause"
                case Stop():
                    self.ending = "keep" if command.keep else "discard"
                case SaveNow():
                    self.save_now = True
                case _:
                    assert_never(command)

    def leave_if_asked(self) -> None:
        """Between two phases: raises Interrupted when the run shall end."""
        self.hear()
        if self.ending:
            raise Interrupted

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.ending = self.ending or "pause"
