"""The job that counts a plan's memory exactly: what it is given, and what it leaves."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.core.paths import write_text
from ftstudio.core.plan import ModelRef, Plan
from ftstudio.jobs.folder import RESULT_OF, JobFolder
from ftstudio.planning.card_kinds import kind_of
from ftstudio.planning.judging import fingerprint
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory_estimate import MemoryEstimate

_log = logging.getLogger(__name__)
RESULT = "estimate.json"  # in the job's output
_VERSION = 5  # of how it is counted: older figures are counted anew
# How the allocator asks the card for memory, and what the worker sets where nobody else did.
_SEGMENTS = ("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
_LIBRARIES = ("torch", "transformers", "peft", "trl", "accelerate", "bitsandbytes")
# What a plan says that no byte depends on.
_ASIDE = {"name", "decisions", "started_from"}
_ASIDE_TRAINING = {
    "epochs", "learning_rate", "schedule", "warmup", "weight_decay", "checks_per_epoch",
    "patience", "seed",
}  # fmt: skip


def payload(
    plan: Plan, machine: Machine, longest: int, later: Sequence[tuple[Plan, int]] = ()
) -> dict[str, Any]:
    """`longest` is in tokens. `later`: the other stages of a path, each with its own; what builds
    on a result that is not there yet is as large as the model that was chosen."""
    card = None
    if machine.device == "cuda":
        kind = kind_of(machine.name, machine.architecture, machine.total_bytes)
        card = {
            "name": machine.name,
            "architecture": machine.architecture,
            "total_bytes": machine.total_bytes,
            "capability": list(kind.capability) if kind else None,
        }
    made: dict[str, Any] = {
        "plan": plan.model_dump(mode="json"), "card": card, "longest": longest,
    }  # fmt: skip
    if later:
        made["later"] = [
            {"plan": _on(plan.model, stage).model_dump(mode="json"), "longest": tokens}
            for stage, tokens in later
        ]
    return made


def _on(model: ModelRef, stage: Plan) -> Plan:
    rewards = [
        choice.model_copy(update={"model": model.path})
        if choice.model.startswith(RESULT_OF)
        else choice
        for choice in stage.rewards
    ]
    base = model if stage.model.path.startswith(RESULT_OF) else stage.model
    return stage.model_copy(update={"model": base, "rewards": rewards})


def read_result(folder: JobFolder) -> MemoryEstimate:
    """Raises StudioError where the job left none. What broke off unforeseen goes to the log: the
    job's own goes with its folder."""
    try:
        raw = json.loads((folder.output / RESULT).read_text("utf-8"))
        for fault in raw.get("faults", ()):
            _log.warning("counting the memory broke off\n%s", fault)
        return MemoryEstimate.load(raw.get("estimate", raw))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioError(
            "The memory could not be counted exactly.",
            "The job that counts it left no result.",
            "The quick figure holds; try again, or try the run itself.",
            code="no_estimate",
        ) from error


def write_result(folder: JobFolder, found: MemoryEstimate, faults: Sequence[str] = ()) -> None:
    """`faults`: tracebacks of what was not foreseen."""
    folder.output.mkdir(exist_ok=True)
    write_text(folder.output / RESULT, _as_text(found, faults))


def cached(root: Path, asked: dict[str, Any]) -> MemoryEstimate | None:
    """What was counted before for the same; `root` is the workspace's."""
    try:
        raw = json.loads(_place(root, asked).read_text("utf-8"))
        return MemoryEstimate.load(raw["estimate"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(root: Path, asked: dict[str, Any], found: MemoryEstimate) -> None:
    """Only what was really counted: why something could not be may pass."""
    if found.how != "exact":
        return
    place = _place(root, asked)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_text(place, _as_text(found))


def what_counts(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without what no byte depends on."""
    left = {name: value for name, value in plan.items() if name not in _ASIDE}
    settings = left.get("training", {}).items()
    left["training"] = {name: value for name, value in settings if name not in _ASIDE_TRAINING}
    return left


def key_of(asked: dict[str, Any]) -> str:
    """The same for all that takes the same memory: model, plan, longest row, card, libraries."""
    later = [(_plan_key(one["plan"]), one["longest"]) for one in asked.get("later", ())]
    whole = {
        "version": _VERSION, "plan": _plan_key(asked["plan"]), "card": asked["card"],
        "longest": asked["longest"], "libraries": versions(), "platform": sys.platform,
        "segments": os.environ.get(*_SEGMENTS), "later": later,
    }  # fmt: skip
    return canonical_hash(whole)[:32]


def _plan_key(asked: dict[str, Any]) -> dict[str, Any]:
    plan = what_counts(asked)
    plan["model"] = _config(Path(plan["model"]["path"]))
    plan["dataset"] = plan.get("dataset", {}).get("id")
    plan["rewards"] = [
        {**choice, "model": fingerprint(Path(choice["model"]))} if choice.get("model") else choice
        for choice in plan.get("rewards", ())
    ]
    return plan


@cache
def versions() -> dict[str, str]:
    """Of the libraries that decide how many bytes a step takes."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def _config(folder: Path) -> Any:
    try:
        return json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return str(folder)


def _place(root: Path, asked: dict[str, Any]) -> Path:
    return root / "cache" / "estimates" / f"{key_of(asked)}.json"


def _as_text(found: MemoryEstimate, faults: Sequence[str] = ()) -> str:
    whole = {"schema": 1, "estimate": found.dump(), "versions": versions(), "faults": list(faults)}
    return json.dumps(whole, indent=1)
