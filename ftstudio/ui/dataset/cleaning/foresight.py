"""Tries the remedy that somebody points at on real rows, and shows what it would do."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from ftstudio.data.drafting.foreseen import Effect, foresee, foresee_found
from ftstudio.data.step import Finding, steps
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.cleaning.effect_card import EffectCard
from ftstudio.ui.dataset.facts import Facts


class Foresight(QObject):
    """One at a time. What somebody pointed at stays while the rows and its line are the same."""

    failed = Signal(object)  # StudioError

    def __init__(self, card: EffectCard, parent: QObject) -> None:
        super().__init__(parent)
        self._card = card
        self._task: Task[Effect] | None = None
        self._shown: Finding | None = None
        self._digest = ""
        self._pointed = False

    def keep(self, findings: Iterable[Finding], facts: Facts) -> bool:
        """Whether what is shown still holds; else it goes."""
        shown = self._shown
        if shown is not None and self._pointed and self._digest == facts.digest:
            for one in findings:
                buttons = [one.remedy, *one.choices]
                if any((b.step_key, b.title) == (shown.step_key, shown.remedy_title)
                       for b in buttons):  # fmt: skip
                    return True
        self.stop()
        self._card.hide()
        self._shown = None
        return False

    def show(self, finding: Finding, facts: Facts | None, limit: int, pointed: bool) -> None:
        """What the remedy of this line would do to real rows."""
        key, was = finding.step_key, self._shown
        if facts is None or not key:
            return
        self._pointed = pointed or self._pointed
        if was is not None and (was.key, was.step_key) == (finding.key, key):
            return
        self.stop()
        self._shown, self._digest, self._pointed = finding, facts.digest, pointed
        params = {"limit": limit} if key == "drop_long" and limit else finding.params

        def work(cancel: Cancel) -> Effect:
            if steps()[key].slow:
                return foresee_found(facts.current, key, finding.rows, params)
            return foresee(facts.current, key, params, tell=lambda share: cancel.check())

        def done(effect: Effect) -> None:
            if self._shown is finding:
                self._card.show_effect(finding.remedy_title, effect)

        self._task = run(self, work, done, self.failed.emit)

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
