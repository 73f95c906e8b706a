"""Everything that is foretold of one model with one choice of settings, without any data yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ftstudio.core.plan import Plan
from ftstudio.core.training_settings import FULL
from ftstudio.planning.duration import Forecast
from ftstudio.planning.energy import Energy, energy
from ftstudio.planning.ladder import Rung, lighter, rungs
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import Corrections, corrected
from ftstudio.planning.memory import Fit, fits, measured_fits
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.outline import Outline
from ftstudio.planning.proposal import Proposal, Situation, propose
from ftstudio.techniques import methods, objectives

_LEAST_ASKED = 16
_SPARING = {"activation_checkpointing": FULL}  # as other methods are tried


@dataclass(frozen=True)
class Outlook:
    machine: Machine
    proposal: Proposal
    memory: MemoryEstimate
    fit: Fit
    longest: int  # tokens
    energy: Energy | None
    ladder: list[Rung]
    quick: MemoryEstimate  # that the ladder starts from

    @property
    def rungs(self) -> list[Rung]:
        """What would make it fit, or less tight; empty where there is room. Figures follow the one
        that is shown, which may have been counted since."""
        if self.fit == "fits":
            return []
        by, high_by = self.memory.shown - self.quick.shown, self.memory.high - self.quick.high
        free = self.machine.free_bytes
        return [rung if rung.method else rung.shifted(by, high_by, free) for rung in self.ladder]


def look_ahead(
    model: Outline, plan: Plan, training: Mapping[str, Any], machine: Machine, folder: Path,
    examples: int, length: int, taught: Corrections | None = None,
) -> Outlook:  # fmt: skip
    """`training`: the settings that were set; the others are advised. `length` is that of the
    longest row, in tokens, and here of all rows. `taught`: what runs on the card have taught."""
    goal = objectives()[plan.objective]
    writes = goal.writes(goal.params.model_validate(plan.objective_params))
    asked = max(_LEAST_ASKED, length - writes) if writes else 0
    lengths = Lengths(
        examples, max(1, examples // 10), float(length), length, length, asked, asked, float(asked)
    )
    situation = Situation(model.shape, lengths, machine, folder)

    def with_method(key: str, params: Mapping[str, Any], **more: Any) -> Proposal:
        return propose(
            situation, methods()[key], plan.objective, params, {**training, **more},
            objective_params=plan.objective_params,
        )  # fmt: skip

    made = with_method(plan.method, plan.method_params)
    made = replace(made, forecast=ranged_time(made.forecast, model))

    def teach(memory: MemoryEstimate) -> MemoryEstimate:
        return memory if taught is None else corrected(memory, taught)

    memory = teach(ranged(made.memory, model))
    fit = fits(memory, machine.free_bytes)
    made = made.judged(teach(made.memory), machine)
    others = [with_method(key, {}, **_SPARING) for key in lighter(plan.method)]
    others = [one.judged(teach(one.memory), machine) for one in others]
    ladder = [
        _as_sure(replace(rung, changes=_SPARING) if rung.method else rung, model, machine)
        for rung in rungs(situation, made, others, teach)
    ]
    return Outlook(
        machine, made, memory, fit, min(lengths.longest_row(writes), made.training.max_length),
        energy(made.forecast, machine, taught.watts if taught else 0.0), ladder, memory,
    )  # fmt: skip


def _as_sure(rung: Rung, model: Outline, machine: Machine) -> Rung:
    """A change is judged by the same doubts as the plan itself."""
    if not model.doubts:
        return rung
    high = max(rung.high, int(rung.total * model.high))
    return replace(rung, high=high, fit=measured_fits(high, machine.free_bytes))


def ranged_time(foretold: Forecast, model: Outline) -> Forecast:
    """A model of which only the size is guessed takes as much longer as it may be larger."""
    if not model.doubts:
        return foretold
    why = f"The time is a wider range, since the model is not known for sure. {model.doubts[0]}"
    return foretold.widened(model.low, model.high, why)


def ranged(memory: MemoryEstimate, model: Outline) -> MemoryEstimate:
    """What is not sure of the model widens the range, and is said first."""
    if not model.doubts:
        return memory
    return replace(
        memory,
        low=min(memory.low, int(memory.shown * model.low)),
        high=max(memory.high, int(memory.shown * model.high)),
        why=[*model.doubts, *memory.why],
    )
