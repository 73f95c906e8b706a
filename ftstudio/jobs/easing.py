"""A run goes on from its last version with less memory a step, and learns as it would have.

`job.json` stays as it was written, so the versions stay those of its plan; what is done in another
way lies in `eased.json` beside it. Only settings that leave the learning curve are taken.
"""

from __future__ import annotations

import json
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import write_text
from ftstudio.core.plan import Plan
from ftstudio.jobs.folder import JobFolder

SCHEMA = 1
_FILE = "eased.json"
_FORETOLD = "estimate.json"  # of the run as it was: it is told anew when it goes on
SAME_CURVE = ("activation_checkpointing", "activation_offload", "batch_size", "accumulation")


def may_ease(plan: Plan, changes: dict[str, Any]) -> bool:
    """Whether a run may go on with these training settings: as many examples make a step."""
    if not changes or any(name not in SAME_CURVE for name in changes):
        return False
    then = plan.training.model_copy(update=changes)
    now = plan.training
    return then.batch_size * then.accumulation == now.batch_size * now.accumulation


def ease(folder: JobFolder, changes: dict[str, Any]) -> None:
    """From its next life on. Raises StudioError where the curve would be another."""
    plan = eased(folder, Plan.model_validate(folder.spec().payload))
    if not may_ease(plan, changes):
        raise StudioError(
            "The run can't go on with this change.",
            "It would learn something else than it began with.",
            "Start a new run with it.",
            code="not_the_same_run",
        )
    before = _read(folder)
    whole = {"schema": SCHEMA, "training": {**before, **changes}}
    write_text(folder.path / _FILE, json.dumps(whole, indent=1))
    (folder.path / _FORETOLD).unlink(missing_ok=True)


def eased(folder: JobFolder, plan: Plan) -> Plan:
    """The plan as it is carried out now. Raises StudioError where the change can't be read."""
    changes = _read(folder)
    if not changes:
        return plan
    if not may_ease(plan, changes):
        raise _unreadable()
    training = type(plan.training).model_validate({**plan.training.model_dump(), **changes})
    return plan.model_copy(update={"training": training})


def is_eased(folder: JobFolder) -> bool:
    return (folder.path / _FILE).is_file()


def _read(folder: JobFolder) -> dict[str, Any]:
    if not is_eased(folder):
        return {}
    try:
        raw = json.loads((folder.path / _FILE).read_text("utf-8"))
        if raw["schema"] > SCHEMA:
            raise _unreadable()
        return dict(raw["training"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable() from error


def _unreadable() -> StudioError:
    return StudioError(
        "What was changed about this run can't be read.",
        f"{_FILE} in its folder is damaged, or of a later version of the app.",
        f"Delete {_FILE} to go on with the settings it began with.",
        code="easing_unreadable",
    )
