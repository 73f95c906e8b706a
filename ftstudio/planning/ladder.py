"""What would make a plan fit, mildest change first, each with its memory and its price.

One change at a time; where none is enough, the mildest ones together, as many as it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ftstudio.core.training_settings import FULL, OFF, SELECTIVE, TrainingSettings
from ftstudio.planning.duration import forecast
from ftstudio.planning.memory import Fit, fits, measured_fits
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.proposal import Proposal, Situation
from ftstudio.planning.whole import Taught, untaught, whole_need
from ftstudio.techniques import methods

SHORTEST = 128
FELT = 0.02  # a smaller share of the time is no price worth naming
_MATTERS = 0.98  # a change that saves less is not worth naming
_MILDEST_FIRST = ("selective", "twice", "smaller", "offload", "8bit", "shorter")
_MOST_PASSES = next(
    int(spec.maximum or 1) for spec in TrainingSettings.specs() if spec.name == "accumulation"
)
_TWICE, _OFFLOAD = "activation_checkpointing", "activation_offload"


@dataclass(frozen=True)
class Rung:
    """`changes` are training settings; `same_curve` tells whether the result stays the same."""

    key: str  # one of _MILDEST_FIRST, "together" or "method"
    changes: dict[str, Any]
    total: int
    fit: Fit
    same_curve: bool
    method: str = ""  # another method, where that is the change
    price: float = 0.0  # so much more time, as a share; below zero: less
    rows_cut: int = 0  # rows longer than the texts may then be
    steps: tuple[str, ...] = ()  # of "together": the keys of its changes
    high: int = 0  # upper end of a range, by which it is judged; as `total` where there is none
    rough: bool = True  # its own figure was not counted step by step

    def shifted(self, by: int, high_by: int, free: int) -> Rung:
        """As much more or less as what it starts from was found to take."""
        total = max(0, self.total + by)
        high = max(total, self.high + high_by)
        return replace(self, total=total, high=high, fit=measured_fits(high, free))


def rungs(
    situation: Situation, proposal: Proposal, others: Iterable[Proposal] = (),
    taught: Taught = untaught,
) -> list[Rung]:  # fmt: skip
    """Only those that lower the need; `others` that fit come last. Empty: nothing helps. `taught`:
    the same that was done to the figures of the proposals."""
    view = _View(situation, proposal, taught)
    found = []
    for key, changes in view.steps(proposal.training):
        made = view.rung(key, changes)
        if made.total < _MATTERS * proposal.memory.shown:
            found.append(made)
    if not any(one.fit != "does not fit" for one in found):
        found += view.together()
    return [*found, *view.methods(others)]


def lighter(own: str) -> list[str]:
    """Methods worth a rung beside this one, mildest first: where the whole model learns, the first
    that adds to it; then the first that squeezes the base."""
    known = sorted(methods().values(), key=lambda method: method.order)
    light = [one for one in known if "whole" not in one.traits and not one.takes]
    squeezed = [one.key for one in light if "quantized" in one.traits and one.key != own]
    plain = [one.key for one in light if "quantized" not in one.traits]
    return (plain[:1] if "whole" in methods()[own].traits else []) + squeezed[:1]


@dataclass(frozen=True)
class _View:
    situation: Situation
    proposal: Proposal
    taught: Taught

    def need(self, training: TrainingSettings) -> MemoryEstimate:
        given, made = self.situation, self.proposal
        found = whole_need(
            given.shape, made.method, made.params, training, given.machine.device,
            given.lengths.longest_row(self.writes), made.objective, made.objective_params,
            given.machine.card, made.beside,
        )  # fmt: skip
        return self.taught(found)

    @property
    def writes(self) -> int:
        return self.proposal.objective.writes(self.proposal.objective_params)

    def rung(self, key: str, changes: dict[str, Any], steps: tuple[str, ...] = ()) -> Rung:
        training = self.proposal.training.model_copy(update=changes)
        need = self.need(training)
        limit = changes.get("max_length")
        # Where a round is learned from in steps of its own, smaller batches are more steps.
        other_steps = self.proposal.objective.own_steps and "batch_size" in changes
        return Rung(
            key, changes, need.shown, self.fit(need), limit is None and not other_steps,
            price=self.price(training), steps=steps, high=need.high,
            rows_cut=self.situation.lengths.longer_than(limit, self.writes) if limit else 0,
        )  # fmt: skip

    def price(self, training: TrainingSettings) -> float:
        given, made = self.situation, self.proposal
        then = forecast(
            given.shape, made.method, made.params, training, given.lengths, given.machine,
            given.past, made.objective, made.objective_params,
        )  # fmt: skip
        now = made.forecast.middle
        return then.middle / now - 1 if now > 0 else 0.0

    def steps(self, training: TrainingSettings) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each change there is from here, mildest first."""
        may_recompute = _TWICE not in self.proposal.method.forbids
        if may_recompute and training.activation_checkpointing == OFF:
            yield "selective", {_TWICE: SELECTIVE}
        if may_recompute and training.activation_checkpointing != FULL:
            yield "twice", {_TWICE: FULL}
        if smaller := self.smaller(training):
            yield "smaller", smaller
        card = self.situation.machine.device == "cuda"
        if may_recompute and card and self.gains_by_offload(training):
            yield "offload", {_TWICE: FULL, _OFFLOAD: True}
        if "8bit" not in training.optimizer and card and not self.proposal.method.optimizer:
            yield "8bit", {"optimizer": "adamw_8bit"}
        limit = self.shorter(training)
        if limit:
            yield "shorter", {"max_length": limit}

    def gains_by_offload(self, training: TrainingSettings) -> bool:
        """More than computing twice alone, which it rests on."""
        if training.activation_offload:
            return False
        twice = training.model_copy(update={_TWICE: FULL})
        moved = twice.model_copy(update={_OFFLOAD: True})
        return self.need(moved).shown < _MATTERS * self.need(twice).shown

    def smaller(self, training: TrainingSettings) -> dict[str, Any]:
        """The most at a time that fit and leave a step what it learns from; the fewest where none
        do. Empty where there are no fewer."""
        together = training.batch_size * training.accumulation
        changes: dict[str, Any] = {}
        for size in range(training.batch_size - 1, 0, -1):
            if together % size or together // size > _MOST_PASSES:
                continue
            changes = {"batch_size": size, "accumulation": together // size}
            if self.fits_with(training.model_copy(update=changes)):
                break
        return changes

    def shorter(self, training: TrainingSettings) -> int:
        """The largest half, quarter … that fits; 0 where texts can't be shorter. What leaves no
        room for an answer that is written is left out, so there must be some."""
        least = max(SHORTEST, self.situation.lengths.asked + self.writes if self.writes else 0)
        longest = min(training.max_length, self.situation.lengths.longest_row(self.writes))
        limit = training.max_length
        while limit > least:
            limit = max(least, limit // 2 // 64 * 64)
            if self.fits_with(training.model_copy(update={"max_length": limit})):
                break
        return limit if limit < longest else 0

    def fits_with(self, training: TrainingSettings) -> bool:
        return self.fit(self.need(training)) != "does not fit"

    def fit(self, need: MemoryEstimate) -> Fit:
        return fits(need, self.situation.machine.free_bytes)

    def together(self) -> list[Rung]:
        """The first change, then the next one on top of it, until it fits; nothing if it never
        does."""
        training, changes, taken = self.proposal.training, dict[str, Any](), tuple[str, ...]()
        for key in _MILDEST_FIRST:
            step = dict(self.steps(training)).get(key)
            if step is None:
                continue
            milder = tuple(one for one in taken if (one, key) != ("selective", "twice"))
            changes, taken = {**changes, **step}, (*milder, key)
            training = self.proposal.training.model_copy(update=changes)
            if len(taken) > 1 and self.fits_with(training):
                return [self.rung("together", changes, taken)]
        return []

    def methods(self, others: Iterable[Proposal]) -> Iterator[Rung]:
        """Another result, with whatever settings suit the other method."""
        for other in others:
            if other.fit == "does not fit" or other.refusal:
                continue
            now, then = self.proposal.forecast.middle, other.forecast.middle
            yield Rung(
                "method", {}, other.memory.shown, other.fit, False, other.method.key,
                price=then / now - 1 if now > 0 else 0.0, high=other.memory.high,
                rough=other.memory.how == "instant",
            )  # fmt: skip
