"""What would make the plan on the desk fit: proposed, applied by one click, and taken back."""

from __future__ import annotations

from dataclasses import replace

from ftstudio.core.plan import Plan
from ftstudio.planning.ladder import Rung, lighter, rungs
from ftstudio.planning.memory import fits
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
        machine = desk.situation.machine
        found = rungs(
            desk.situation, replace(made, memory=quick), others,
            lambda memory: self._ahead.taught(memory, machine),
        )  # fmt: skip
        by = made.memory.shown - quick.shown, made.memory.high - quick.high
        return [self._counted(rung, made) or self._shifted(rung, *by) for rung in found]

    def count_best(self) -> None:
        """The change that will most likely be taken, once the plan itself is counted."""
        best, made = self.best(), self._desk.proposal
        if best is None or made is None or not best.rough or best.method:
            return
        if (plan := self._with(best)) is not None:
            self._ahead.count_too(plan, self._longest(best, made))

    def _counted(self, rung: Rung, made: Proposal) -> Rung | None:
        """With the figure that was counted for the plan as the change would leave it."""
        plan = None if rung.method else self._with(rung)
        found = self._ahead.counted(plan, self._longest(rung, made)) if plan else None
        if found is None or self._desk.situation is None:
            return None
        fit = fits(found, self._desk.situation.machine.free_bytes)
        return replace(rung, total=found.shown, high=found.high, fit=fit, rough=False)

    def _with(self, rung: Rung) -> Plan | None:
        plan = self._desk.plan()
        if plan is None:
            return None
        training = plan.training.model_copy(update=rung.changes)
        return plan.model_copy(update={"training": training})

    def _longest(self, rung: Rung, made: Proposal) -> int:
        return self._ahead.longest(
            replace(made, training=made.training.model_copy(update=rung.changes))
        )

    def _shifted(self, rung: Rung, by: int, high_by: int) -> Rung:
        if rung.method or not (by or high_by) or self._desk.situation is None:
            return rung
        return rung.shifted(by, high_by, self._desk.situation.machine.free_bytes)

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
