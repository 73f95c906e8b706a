"""One method on one model with one dataset on this machine: settings, memory, time and disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.plan import Decision, SafeguardChoice
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.advice import advise
from ftstudio.planning.attending import why_no_flash
from ftstudio.planning.disk import DiskEstimate, estimate_disk
from ftstudio.planning.duration import Forecast, PastRun, forecast
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory import Fit, MemoryEstimate, fits
from ftstudio.planning.presets import changes
from ftstudio.planning.setup_draft import Preset
from ftstudio.planning.whole import Beside, valid_params, whole_need
from ftstudio.techniques import objectives
from ftstudio.techniques.fitting import why_not
from ftstudio.techniques.idle import at_rest, idle_method, idle_objective, idle_training


@dataclass(frozen=True)
class Situation:
    """What is given: a model, the lengths of a dataset, the machine, and what it has done."""

    shape: ModelShape
    lengths: Lengths
    machine: Machine
    folder: Path  # where runs are kept
    past: Sequence[PastRun] = ()


@dataclass(frozen=True)
class Proposal:
    method: Method
    params: Params
    training: TrainingSettings
    decisions: list[Decision]
    memory: MemoryEstimate
    fit: Fit
    forecast: Forecast
    disk: DiskEstimate
    result_bytes: int
    objective: Objective
    objective_params: Params
    refusal: str = ""  # why the method can't be used here
    beside: Beside = field(default_factory=Beside)

    def judged(self, memory: MemoryEstimate, machine: Machine) -> Proposal:
        """With another figure, and whether that fits."""
        return replace(self, memory=memory, fit=fits(memory, machine.free_bytes))


def propose(
    situation: Situation, method: Method, objective: str = "instruct",
    method_params: Mapping[str, Any] | None = None, training: Mapping[str, Any] | None = None,
    preset: Preset = "balanced", objective_params: Mapping[str, Any] | None = None,
    protecting: Sequence[SafeguardChoice] = (), judges: int = 0,
) -> Proposal:  # fmt: skip
    """Advice first, then the preset, then what the person set. Takes about a millisecond.
    `judges`: bytes of the models that score answers."""
    shape, lengths, machine = situation.shape, situation.lengths, situation.machine
    params = valid_params(method.params, method_params or {})
    goal = objectives()[objective]
    params = at_rest(params, idle_method(goal, method, params, shape))
    goal_params = valid_params(goal.params, objective_params or {})
    goal_params = at_rest(goal_params, idle_objective(goal, method, goal_params))
    advised, decisions = advise(shape, method, params, lengths, machine, goal, goal_params)
    settings = _with(advised, {**changes(preset, advised), **(training or {})})
    settings = at_rest(
        settings, idle_training(goal, method, params=goal_params)
    )  # on what rests others may depend
    idle = idle_training(goal, method, settings, machine.device, goal_params)
    settings = at_rest(settings, idle)
    decisions = [d for d in decisions if not _was_changed(d, advised, settings)]
    longest = lengths.longest_row(goal.writes(goal_params))
    beside = Beside(tuple(protecting), judges)
    memory = whole_need(
        shape, method, params, settings, machine.device, longest, goal, goal_params, machine.card,
        beside,
    )  # fmt: skip
    return Proposal(
        method=method,
        params=params,
        training=settings,
        decisions=decisions,
        memory=memory,
        fit=fits(memory, machine.free_bytes),
        forecast=forecast(
            shape, method, params, settings, lengths, machine, situation.past, goal, goal_params
        ),
        objective=goal,
        objective_params=goal_params,
        disk=estimate_disk(shape, method, params, settings, situation.folder),
        result_bytes=method.size(shape, params).result_bytes,
        refusal=why_not(goal, method, shape, machine.device, params)
        or (why_no_flash(shape, machine) if settings.attention == "flash" else ""),
        beside=beside,
    )


def recommend(proposals: Iterable[Proposal]) -> Proposal:
    """A method that adds little and fits, else any that fits, else the smallest; among the
    refused ones where all are."""
    made = list(proposals)
    allowed = [p for p in made if not p.refusal] or made
    light = [p for p in allowed if p.memory.parts["adapter"] > 0]
    for group in (light, allowed):
        for fit in ("fits", "tight"):
            for proposal in group:
                if proposal.fit == fit:
                    return proposal
    return min(allowed, key=lambda p: p.memory.shown)


def _with(settings: TrainingSettings, values: Mapping[str, Any]) -> TrainingSettings:
    result = settings.model_copy()
    for name in TrainingSettings.model_fields.keys() & values.keys():
        try:
            setattr(result, name, values[name])
        except ValidationError:
            continue
    return result


def _was_changed(decision: Decision, before: TrainingSettings, after: TrainingSettings) -> bool:
    """A reason is only shown for a value that the app really chose."""
    titles = {spec.title: spec.name for spec in TrainingSettings.specs()}
    name = titles.get(decision.name)
    return name is not None and getattr(before, name) != getattr(after, name)
