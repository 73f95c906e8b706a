"""Whoever waits for a short job: told how far it is, heard when they ask to stop, and missed when
they are gone. Imports no torch."""

from __future__ import annotations

import os
import time

from ftstudio.core.errors import Cancelled
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Phase, PhaseName
from ftstudio.worker.reporter import Reporter

_EVERY = 0.2  # seconds between two words


class Waiting:
    """A job whose result only its window wants ends with it: its parent is then another one."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter, self._parent, self._said = reporter, os.getppid(), 0.0
        self._text = ""

    def tell(
        self, name: PhaseName, text: str, done: float = 0, total: float = 0, unit: str = "",
        left: float | None = None,
    ) -> None:  # fmt: skip
        """Raises Cancelled when nobody wants it any more."""
        now = time.monotonic()
        if text == self._text and now - self._said < _EVERY:
            return
        if any(isinstance(command, Stop) for command in self._reporter.commands()):
            raise Cancelled
        if os.getppid() != self._parent:
            raise Cancelled
        self._said, self._text = now, text
        self._reporter.say(
            Phase(name=name, text=text, done=done, total=total, unit=unit, seconds_left=left)
        )
