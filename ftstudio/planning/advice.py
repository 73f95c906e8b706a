"""What to choose when the person chooses nothing: every setting with its reason."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.plan import DatasetRef, Decision, Plan
from ftstudio.core.training_settings import FULL, OFF, TrainingSettings
from ftstudio.core.units import format_bytes, format_count
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.planning.attending import reason, way
from ftstudio.planning.lengths import Lengths, measure
from ftstudio.planning.machine import Machine, this_machine
from ftstudio.planning.memory import estimate, fits
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not_learn

_ROUND_TO = 64
# Fewer examples are seen more often: (fewer than, passes).
_PASSES = ((200, 5.0), (1_000, 4.0), (5_000, 3.0), (20_000, 2.0))
_MANY_ROWS = 2_000
_CUT = "longer examples are cut"


def default_plan(
    dataset: DatasetVersion,
    model: BaseModelInfo,
    method: str = "lora",
    machine: Machine | None = None,
    objective: str = "",
) -> Plan:
    """A plan that is safe to start untouched, with every decision and its reason.

    Without an objective it is the first that learns from data of this kind.
    """
    chosen = methods()[method]
    goal = objectives()[objective] if objective else natural_objective(dataset.facts)
    machine = machine or this_machine()
    lengths = measure(dataset, model.shape.vocab)
    training, decisions = advise(model.shape, chosen, chosen.params(), lengths, machine, goal)
    return Plan(
        name=dataset.name,
        dataset=DatasetRef(id=dataset.id, path=str(dataset.path), name=dataset.name),
        model=model.ref,
        objective=goal.key,
        objective_params=goal.params().model_dump(),
        method=method,
        method_params=chosen.params().model_dump(),
        training=training,
        decisions=decisions,
    )


def natural_objective(facts: DatasetFacts) -> Objective:
    """What data of this kind is usually for: the first objective that can learn from it."""
    for objective in objectives().values():
        if not why_not_learn(objective, facts):
            return objective
    raise StudioError(
        "There is nothing that could learn from this dataset.",
        f"No goal of this version takes data of the kind “{facts.kind}”.",
        "Prepare the file again with another layout.",
        code="no_objective",
    )


def advise(
    shape: ModelShape,
    method: Method,
    params: Params,
    lengths: Lengths,
    machine: Machine,
    objective: Objective | None = None,
    objective_params: Params | None = None,
) -> tuple[TrainingSettings, list[Decision]]:
    """Training settings for one method on one model with one dataset on one machine."""
    goal = objective or objectives()["instruct"]
    writes = goal.writes(objective_params or goal.params())
    training = TrainingSettings(**{**method.defaults, **goal.defaults})
    decisions = [
        _device(machine),
        _passes(training, lengths, goal),
        _step_size(training, method, shape, goal),
        _longest_text(training, shape, lengths, writes),
        _batch(training, shape, method, params, lengths, machine, goal, writes),
        _attention(training, shape),
    ]
    if not lengths.validation_rows:
        decisions.append(
            Decision(
                name="Held back",
                value="none",
                reason="The dataset has no rows set aside, so the last version is kept.",
            )
        )
    return training, decisions


def _title(name: str) -> str:
    return next(spec.title for spec in TrainingSettings.specs() if spec.name == name)


def _device(machine: Machine) -> Decision:
    if machine.device == "cuda":
        return Decision(
            name="Computes on",
            value=machine.name,
            reason="It is the card with the most free memory.",
        )
    return Decision(
        name="Computes on",
        value=machine.name,
        reason="No NVIDIA card was found, so the processor computes, in full precision.",
    )


def _passes(training: TrainingSettings, lengths: Lengths, objective: Objective) -> Decision:
    if "epochs" in objective.defaults:
        return Decision(
            name=_title("epochs"),
            value=f"{training.epochs:g}",
            reason=f"What is usual for {objective.term}.",
        )
    training.epochs = next((p for below, p in _PASSES if lengths.rows < below), 1.0)
    return Decision(
        name=_title("epochs"),
        value=f"{training.epochs:g}",
        reason=f"{format_count(lengths.rows)} examples: the fewer there are, the more often "
        "each is seen.",
    )


def _step_size(
    training: TrainingSettings, method: Method, shape: ModelShape, objective: Objective
) -> Decision:
    rate = float(f"{method.learning_rate(shape) * objective.rate_factor:.2g}")
    training.learning_rate = rate
    reason = (
        f"What suits {method.title} on a model of {shape.parameters / 1e6:,.0f} million weights"
    )
    if objective.rate_factor != 1:
        reason += f", times {objective.rate_factor:g} for {objective.term}"
    return Decision(name=_title("learning_rate"), value=f"{rate:g}", reason=f"{reason}.")


def _longest_text(
    training: TrainingSettings, shape: ModelShape, lengths: Lengths, writes: int
) -> Decision:
    """`writes`: tokens that each question needs for an answer of its own; 0 where none is."""
    wanted = max(_ROUND_TO, math.ceil(lengths.room(writes) / _ROUND_TO) * _ROUND_TO)
    training.max_length = max(16, min(wanted, shape.max_length))
    if wanted > shape.max_length:
        left_out = "questions that leave no room for an answer are left out"
        reason = f"All that this model can read; {left_out if writes else _CUT}."
    elif writes:
        reason = (
            f"Holds at least 99.5 % of the questions, with {format_count(writes)} tokens for "
            "the answer that is written."
        )
    else:
        reason = "Holds at least 99.5 % of the examples whole, as guessed from their letters."
    return Decision(name=_title("max_length"), value=f"{training.max_length} tokens", reason=reason)


def _batch(
    training: TrainingSettings, shape: ModelShape, method: Method, params: Params,
    lengths: Lengths, machine: Machine, objective: Objective, writes: int,
) -> Decision:  # fmt: skip
    usual = 8 if lengths.rows < _MANY_ROWS else 16
    most = objective.defaults.get("batch_size", usual)
    together = most * objective.defaults.get("accumulation", 1)
    longest = min(lengths.longest_row(writes), training.max_length)
    need = 0
    for at_once, twice in _batches(most, "activation_checkpointing" not in method.forbids):
        training.batch_size, training.accumulation = at_once, together // at_once
        training.activation_checkpointing = FULL if twice else OFF
        made = estimate(
            shape, method, params, training, machine.device, longest, objective, card=machine.card
        )
        need = made.high
        if fits(made, machine.free_bytes) == "fits":
            reason = f"Needs {format_bytes(need)} of {format_bytes(machine.free_bytes)} free."
            break
    else:
        reason = (
            f"The least that is possible still needs {format_bytes(need)} of "
            f"{format_bytes(machine.free_bytes)} free."
        )
    times = f", {training.accumulation} times" if training.accumulation > 1 else ""
    again = ", computed twice to save memory" if training.recomputes else ""
    value = f"{together} per step, as {training.batch_size} at a time{times}{again}"
    return Decision(name=_title("batch_size"), value=value, reason=reason)


def _attention(training: TrainingSettings, shape: ModelShape) -> Decision:
    field = next(spec for spec in TrainingSettings.specs() if spec.name == "attention")
    taken = way(training.attention, shape)
    return Decision(
        name=field.title,
        value=dict(field.choices)[taken],
        reason=reason(training.attention, shape),
    )


def _batches(most: int, may_compute_twice: bool) -> Iterator[tuple[int, bool]]:
    """Mildest first: smaller passes cost little, computing twice costs a quarter of the time."""
    for twice in (False, True) if may_compute_twice else (False,):
        at_once = most
        while at_once >= 1:
            yield at_once, twice
            at_once //= 2
