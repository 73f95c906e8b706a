"""The one estimate of a plan's memory, with all that stands beside the model and its adapter.

Every forecast goes through here, so that two of them never tell of the same plan differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.plan import SafeguardChoice
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.memory import Device, estimate
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.techniques import safeguards

Taught = Callable[[MemoryEstimate], MemoryEstimate]  # with what finished runs here have taught


def untaught(memory: MemoryEstimate) -> MemoryEstimate:
    return memory


@dataclass(frozen=True)
class Beside:
    """What is held beside what learns. `judges`: bytes of the models that score answers."""

    protecting: Sequence[SafeguardChoice] = ()
    judges: int = 0


def whole_need(
    shape: ModelShape, method: Method, params: Params | Mapping[str, Any],
    training: TrainingSettings, device: Device, longest: int, objective: Objective | None = None,
    objective_params: Params | None = None, card: str = "", beside: Beside | None = None,
) -> MemoryEstimate:  # fmt: skip
    """The instant figure; `longest` in tokens, with the answer that is written."""
    made = estimate(
        shape, method, params, training, device, longest, objective, objective_params, card
    )
    if beside is None:
        return made
    made = made.plus("optimizer", _held_for(beside.protecting, shape, method))
    return made.plus("copies", beside.judges)


def _held_for(protecting: Sequence[SafeguardChoice], shape: ModelShape, method: Method) -> int:
    """Bytes that safeguards keep beside the optimizer's numbers, while they train."""
    known = safeguards()
    return sum(
        known[choice.key].extra_bytes(
            shape, "whole" in method.traits, valid_params(known[choice.key].params, choice.params)
        )
        for choice in protecting
        if choice.key in known
    )


def valid_params(kind: type[Params], values: Mapping[str, Any]) -> Params:
    """Values of another version or another run: what is not valid any more keeps its default."""
    params = kind()
    for name in kind.model_fields.keys() & values.keys():
        try:
            setattr(params, name, values[name])
        except ValidationError:
            continue
    return params
