"""What is foretold of a plan's memory from what the plan itself names: its model and its data."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import load_version
from ftstudio.planning.judging import judges_bytes
from ftstudio.planning.lengths import measure
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.whole import Beside, whole_need
from ftstudio.techniques import methods, objectives


def foretold(
    plan: Plan, device: Literal["cuda", "cpu"], longest: int = 0, card: str = ""
) -> MemoryEstimate:
    """The instant estimate; `longest` in tokens, where it is known, else guessed from the data.

    Raises StudioError, KeyError or ValidationError where the model, the data, or what they are
    trained by is not here any more.
    """
    shape = find_model(Path(plan.model.path)).shape
    method, objective = methods()[plan.method], objectives()[plan.objective]
    goal = objective.params.model_validate(plan.objective_params)
    if not longest:
        lengths = measure(load_version(Path(plan.dataset.path)), shape.vocab)
        longest = lengths.longest_row(objective.writes(goal))
    params = method.params.model_validate(plan.method_params)
    beside = Beside(plan.safeguards, judges_bytes(plan.rewards, device))
    return whole_need(
        shape, method, params, plan.training, device, longest, objective, goal, card, beside
    )
