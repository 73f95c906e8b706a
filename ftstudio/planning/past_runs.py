"""What finished runs on this computer tell of its speed: their seconds against the guess."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import load_version
from ftstudio.jobs.easing import is_eased
from ftstudio.jobs.history import RunRow, list_runs
from ftstudio.planning.duration import PastRun, forecast
from ftstudio.planning.lengths import measure
from ftstudio.planning.machine import Machine
from ftstudio.techniques import methods, objectives

_NEWEST = 5


def past_runs(workspace: Workspace, machine: Machine, model: str, method: str) -> list[PastRun]:
    """Comparable runs, best first: the same model and method, then the newest."""
    found: list[tuple[bool, PastRun]] = []
    for row in list_runs(workspace):
        if len(found) == _NEWEST:
            break
        if row.status.state == "finished" and row.status.device == machine.device:
            made = _past(row, machine)
            if made is not None:
                plan, run = made
                found.append(((plan.model.sha256, plan.method) == (model, method), run))
    return [run for _same, run in sorted(found, key=lambda pair: not pair[0])]


def _past(row: RunRow, machine: Machine) -> tuple[Plan, PastRun] | None:
    """None where the run can't be compared: its data or model are gone, or it went on with other
    settings than it began with."""
    if row.spec is None or is_eased(row.folder):
        return None
    try:
        plan = Plan.model_validate(row.spec.payload)
        shape = find_model(Path(plan.model.path)).shape
        lengths = measure(load_version(Path(plan.dataset.path)), shape.vocab)
        method = methods()[plan.method]
        params = method.params.model_validate(plan.method_params)
        objective = objectives()[plan.objective]
        goal = objective.params.model_validate(plan.objective_params)
    except (StudioError, ValidationError, KeyError):
        return None
    guess = forecast(
        shape, method, params, plan.training, lengths, machine, (), objective, goal
    ).phases
    aside = guess["start"] + guess["load"] + guess["finish"]
    share = 1.0 if not row.status.total_steps else row.status.step / row.status.total_steps
    seconds = max(0.0, row.status.active_seconds - aside) / max(share, 0.1)
    return plan, PastRun(row.name, seconds, guess["train"] + guess["looks"])
