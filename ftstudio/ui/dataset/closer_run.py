"""Has the slow finders look at the rows in the background, and remembers what they found."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.data.deciding import as_decided
from ftstudio.data.drafting.closer import CloserLook, Waits, look_closer, look_unasked
from ftstudio.data.step import Finding
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.facts import Facts

UNASKED = True  # a look that is short is taken as soon as there are rows
PAUSE_MS = 250  # after the last change of the rows, before it is
_SHORT = 5.0  # seconds: a look that took no longer is taken again by itself when rows change
_Look = CloserLook | Waits


class CloserRun(QObject):
    """One look at a time, over rows that never change, so that the desk stays free."""

    advanced = Signal(float, float)  # share done, seconds left (-1: not known yet)
    looked = Signal()  # there is something new to show, or nothing any more
    failed = Signal(object)  # StudioError
    _broke = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, CloserLook] = {}  # by the digest of the rows
        self._waits: dict[str, float] = {}  # seconds that a look would take, by the digest too
        self._last: CloserLook | None = None
        self._facts: Facts | None = None
        self._tasks: list[Task[_Look]] = []  # one at most
        self._digest = ""
        self._by_hand = False  # a person asked for the look under way
        self._held = False  # a person stopped it: nothing begins unasked any more
        self._ended = False
        self._began = 0.0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._on_paused)
        self._broke.connect(self._on_broke)
        self.destroyed.connect(partial(_cancel, self._tasks))

    @property
    def running(self) -> bool:
        """Under way, or about to begin."""
        return bool(self._tasks) or self._pause.isActive()

    @property
    def asked(self) -> bool:
        """Whether anything was looked for in this draft."""
        return self._last is not None

    def fresh(self, facts: Facts) -> bool:
        """What is known was found in the rows as they are now."""
        return facts.digest in self._known

    def expected(self, facts: Facts) -> float | None:
        """Seconds that a look at these rows takes, where it waits for being asked for."""
        return self._waits.get(facts.digest)

    def findings(self, facts: Facts) -> list[Finding]:
        """What is known: of these rows, else what was found before the last change, without
        what was solved since. What was decided asks for nothing."""
        look = self._known.get(facts.digest) or self._last
        if look is None:
            return []
        steps, together = facts.draft.steps, facts.draft.split.near
        done = {step.key for step in steps if not step.off}
        if look.digest == facts.digest:
            return as_decided(look.findings.values(), steps, together)
        left = [finding for key, finding in look.findings.items() if key not in done]
        return as_decided(left, steps, together)

    def keep_up(self, facts: Facts | None) -> None:
        """The rows may be other ones: look again where that is short, or was under way."""
        self._facts = facts
        by_hand = self._by_hand
        if self._tasks and (facts is None or facts.digest != self._digest):
            self._drop()
        if facts is None or not facts.current or self._ended:
            self._pause.stop()
        elif not self.running and not self.fresh(facts) and facts.digest not in self._waits:
            if by_hand:
                self.start(facts)
            elif not self._held and (UNASKED or self._was_short()):
                self._pause.start(PAUSE_MS)

    def start(self, facts: Facts) -> None:
        """A person asks for it, however long it takes."""
        self._held = False
        self._begin(facts, True)

    def stop(self) -> None:
        """A person wants no look now. The thread ends at the next row; what was known stays."""
        self._held = True
        if self.running:
            self._drop()
            self.looked.emit()

    def allow(self) -> None:
        """There will be other rows: what was stopped with the ones before counts no more."""
        self._held = False

    def end(self) -> None:
        """The draft is left: nothing may go on looking."""
        self._ended = True
        self._drop()

    def _was_short(self) -> bool:
        return self._last is not None and self._last.seconds < _SHORT

    def _drop(self) -> None:
        self._pause.stop()
        self._by_hand = False
        _cancel(self._tasks)

    def _on_paused(self) -> None:
        if self._facts is not None and not self._ended:
            self._begin(self._facts, self._was_short())

    def _begin(self, facts: Facts, surely: bool) -> None:
        """`surely`: even where it is not short."""
        self._drop()
        self._by_hand = surely
        self._digest, self._began = facts.digest, time.monotonic()
        rows, kind, digest = facts.current, facts.kind, facts.digest
        look = look_closer if surely else look_unasked

        def work(cancel: Cancel) -> _Look:
            def tell(share: float) -> None:
                cancel.check()
                cancel.report(share)

            try:
                return look(rows, kind, digest, tell)
            except (StudioError, Cancelled):
                raise
            except Exception:
                self._broke.emit()  # the crash hook says what; nobody must wait for ever
                raise

        self._tasks.append(run(self, work, self._on_done, self._on_failed, self._on_advanced))
        self.advanced.emit(0.0, -1.0)

    def _on_advanced(self, share: float) -> None:
        passed = time.monotonic() - self._began
        left = passed / share - passed if share > 0.03 and passed > 0.5 else -1.0
        self.advanced.emit(share, left)

    def _on_done(self, look: _Look) -> None:
        self._tasks.clear()
        self._by_hand = False
        if isinstance(look, Waits):
            self._waits[look.digest] = look.seconds
        else:
            self._last = look
            self._known[look.digest] = look
        self.looked.emit()

    def _on_failed(self, error: StudioError) -> None:
        self._on_broke()
        self.failed.emit(error)

    def _on_broke(self) -> None:
        self._tasks.clear()
        self._by_hand, self._held = False, True
        self.looked.emit()


def _cancel(tasks: list[Task[_Look]], _gone: object = None) -> None:
    for task in tasks:
        task.cancel()
    tasks.clear()
