"""Has the slow finders look at the rows in the background, and remembers what they found."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from ftstudio.core.errors import StudioError
from ftstudio.data.closer import CloserLook, look_closer
from ftstudio.data.step import Finding
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.facts import Facts

_SHORT = 5.0  # seconds: a look that took no longer is taken again by itself when rows change


class CloserRun(QObject):
    """One look at a time, over rows that never change, so that the desk stays free."""

    advanced = Signal(float, float)  # share done, seconds left (-1: not known yet)
    looked = Signal()  # there is something new to show, or nothing any more
    failed = Signal(object)  # StudioError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, CloserLook] = {}  # by the digest of the rows
        self._last: CloserLook | None = None
        self._task: Task[CloserLook] | None = None
        self._digest = ""
        self._began = 0.0

    @property
    def running(self) -> bool:
        return self._task is not None

    @property
    def asked(self) -> bool:
        """Whether anything was looked for in this draft."""
        return self._last is not None

    def fresh(self, facts: Facts) -> bool:
        """What is known was found in the rows as they are now."""
        return facts.digest in self._known

    def findings(self, facts: Facts) -> list[Finding]:
        """What is known: of these rows, else what was found before the last change, without
        what was solved since."""
        look = self._known.get(facts.digest) or self._last
        if look is None:
            return []
        done = {step.key for step in facts.draft.steps if not step.off}
        found = look.findings.items()
        if look.digest == facts.digest:
            return [finding for _, finding in found]
        return [finding for key, finding in found if key not in done]

    def keep_up(self, facts: Facts) -> None:
        """Look again where that is short, once it was asked for."""
        stale = self.running and self._digest != facts.digest
        if stale:
            self.stop()
        short = self._last is not None and self._last.seconds < _SHORT
        if not self.running and not self.fresh(facts) and (stale or short):
            self.start(facts)

    def start(self, facts: Facts) -> None:
        self.stop()
        self._digest, self._began = facts.digest, time.monotonic()
        rows, kind, digest = facts.current, facts.kind, facts.digest

        def work(cancel: Cancel) -> CloserLook:
            def tell(share: float) -> None:
                cancel.check()
                cancel.report(share)

            return look_closer(rows, kind, digest, tell)

        self._task = run(self, work, self._on_done, self._on_failed, self._on_advanced)
        self.advanced.emit(0.0, -1.0)

    def stop(self) -> None:
        """The thread ends at the next row; what was known stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.looked.emit()

    def _on_advanced(self, share: float) -> None:
        passed = time.monotonic() - self._began
        left = passed / share - passed if share > 0.03 and passed > 0.5 else -1.0
        self.advanced.emit(share, left)

    def _on_done(self, look: CloserLook) -> None:
        self._task, self._last = None, look
        self._known[look.digest] = look
        self.looked.emit()

    def _on_failed(self, error: StudioError) -> None:
        self._task = None
        self.looked.emit()
        self.failed.emit(error)
