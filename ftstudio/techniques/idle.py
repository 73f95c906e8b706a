"""Which settings a pair of goal and method does not heed, and why: they are never silently lost."""

from __future__ import annotations

from typing import TypeVar

from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.plan import MoreData
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques.fitting import pair, unpacked

_Group = TypeVar("_Group", bound=Params)

_NOTHING_WRITTEN = "This goal learns to judge, not to write: there are no sample answers."
_WRITTEN_ANEW = "Its answers are written anew in each step, and as long as they come out."
_FILLED_WITH_DOCUMENTS = (
    "Short documents share a row here, so rows are full already: there is nothing to fill up."
)
_IN_MEMORY_ALREADY = "There is no card: they are in the computer's memory already."


def idle_training(
    objective: Objective, method: Method, training: TrainingSettings | None = None,
    device: str = "", params: Params | None = None,
) -> dict[str, str]:  # fmt: skip
    """Fields of TrainingSettings that do not count -> why; beside these values of theirs, on this
    kind of device, and beside these settings of the goal, where they are known."""
    found = type(training).idle(training.model_dump()) if training else {}
    found |= method.forbids
    if device == "cpu":
        found["activation_offload"] = _IN_MEMORY_ALREADY
    if objective.generates:
        found["padding"] = _WRITTEN_ANEW
    elif objective.packs(params or objective.params()) and "adds_tokens" not in method.traits:
        found["padding"] = _FILLED_WITH_DOCUMENTS
    if not objective.answers:
        found["sample_questions"] = _NOTHING_WRITTEN
    return found


def idle_method(
    objective: Objective, method: Method, params: Params, shape: ModelShape | None = None
) -> dict[str, str]:
    """Of the method's settings, beside these values of theirs."""
    kind = type(params)
    switched_off = {k: why for k, why in objective.ignores.items() if k in kind.model_fields}
    found = kind.idle(params.model_dump())
    return {**found, **switched_off, **method.ignores(pair(objective, method, shape))}


def idle_objective(objective: Objective, method: Method, params: Params) -> dict[str, str]:
    """Of the goal's settings, beside these values of theirs."""
    found = type(params).idle(params.model_dump())
    if (said := unpacked(objective, params, method)) and "pack" in type(params).model_fields:
        found["pack"] = said
    return found


def weighed(objective: Objective, params: Params, more: list[MoreData]) -> list[MoreData]:
    """The further datasets as the goal takes them: none, or with the weights that count."""
    if not objective.wants_more_data:
        return []
    if not objective.why_unweighed(params):
        return more
    return [one.model_copy(update={"weight": 1.0}) for one in more]


def at_rest(params: _Group, idle: dict[str, str]) -> _Group:
    """The same, with what does not count as it is declared, so that no plan tells otherwise."""
    defaults = {name: type(params).model_fields[name].default for name in idle}
    return params.model_copy(update=defaults)
