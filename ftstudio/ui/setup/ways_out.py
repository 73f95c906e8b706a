"""What would make the plan on the desk fit: proposed, applied by one click, and taken back."""

from __future__ import annotations

from dataclasses import replace

from ftstudio.planning.ladder import Rung, lighter, rungs
from ftstudio.planning.memory import measured_fits
from ftstudio.planning.proposal import Proposal
from ftstudio.planning.setup_draft import SetupDraft
from ftstudio.ui.setup.desk_view import DeskView
from ftstudio.ui.setup.foresight import Foresight

_MOST_STEPS = 20


class WaysOut:
    """Changes the draft through the desk alone."""

    def __init__(self, desk: DeskView, ahead: Foresight) -> None:
        self._desk = desk
        self._ahead = ahead
        self._before: list[tuple[str, SetupDraft]] = []

    def rungs(self) -> list[Rung]:
        """The mildest first; empty where the plan fits. Their figures follow the one in view,
        which may have been counted or measured since the ladder's own were guessed."""
        desk, made = self._desk, self._desk.proposal
        if made is None or desk.situation is None or made.fit != "does not fit":
            return []
        quick = self._ahead.quick(made.method.key) or made.memory
        others = [desk.proposals[k] for k in lighter(made.method.key) if k in desk.proposals]
        found = rungs(desk.situation, replace(made, memory=quick), others)
        known = self._known(made)
        by = known[0] - quick.shown, known[1] - quick.high
        return [self._shifted(rung, *by) for rung in found]

    def _known(self, made: Proposal) -> tuple[int, int]:
        """The figure in view, and its upper end."""
        tried = self._ahead.tried
        if tried is not None and tried.ran:
            return tried.peak, tried.peak
        return made.memory.shown, made.memory.high

    def _shifted(self, rung: Rung, by: int, high_by: int) -> Rung:
        if rung.method or not (by or high_by) or self._desk.situation is None:
            return rung
        total = max(0, rung.total + by)
        high = max(total, rung.high + high_by)
        free = self._desk.situation.machine.free_bytes
        return replace(rung, total=total, high=high, fit=measured_fits(high, free))

    def best(self) -> Rung | None:
        """The mildest that is enough."""
        return next((rung for rung in self.rungs() if rung.fit != "does not fit"), None)

    def apply(self, rung: Rung, title: str) -> None:
        desk = self._desk
        if desk.proposal is None:
            return
        self._before = [
            *self._before[-_MOST_STEPS:], (title, desk.draft.model_copy(deep=True))
        ]  # fmt: skip
        if rung.method:
            desk.choose_method(rung.method)
        else:
            desk.set_training({**desk.proposal.training.model_dump(), **rung.changes})

    @property
    def last(self) -> str:
        """What was applied last, and can be taken back; empty where nothing was."""
        return self._before[-1][0] if self._before else ""

    def undo(self) -> None:
        if self._before:
            _title, draft = self._before.pop()
            self._desk.put_back(draft)

    def forget(self) -> None:
        """Another set-up is opened."""
        self._before.clear()
