"""What trials on this computer have measured, by what was tried; kept in the workspace's cache."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.units import format_bytes
from ftstudio.jobs.events import Taken
from ftstudio.planning.duration import forecast, trial
from ftstudio.planning.margin import OF_MARGIN
from ftstudio.planning.memory import beyond_steps
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.plain_fields import of_plain
from ftstudio.planning.proposal import Proposal, Situation

_MOST = 200  # older ones are let go


@dataclass(frozen=True)
class Tried:
    """Of three steps on the longest rows. `peak` is what the card's own tools have shown, or the
    computer's memory that the process held at most; 0 where it ran out."""

    device: str
    peak: int
    allocated: int = 0
    step_seconds: float = 0.0
    tokens: int = 0  # of a step
    longest: int = 0  # row, in tokens
    when: float = field(default_factory=time.time)

    @property
    def ran(self) -> bool:
        return self.peak > 0

    @staticmethod
    def of(taken: Taken, scores: dict[str, float]) -> Tried:
        on_card = taken.reserved > 0
        return Tried(
            device="cuda" if on_card else "cpu",
            peak=taken.reserved + taken.context if on_card else taken.ram,
            allocated=taken.allocated,
            step_seconds=scores.get("step_seconds", 0.0),
            tokens=int(scores.get("tokens", 0)),
            longest=int(scores.get("longest", 0)),
        )


def timed(made: Proposal, situation: Situation, tried: Tried) -> Proposal:
    """With the duration by what steps of this very plan took here: that goes before other runs."""
    if tried.step_seconds <= 0 or tried.longest <= 0:
        return made
    shape, machine = situation.shape, situation.machine
    passes = round(tried.tokens / (made.training.batch_size * tried.longest))  # not all were tried
    training = made.training.model_copy(update={"accumulation": max(1, passes)})
    took = trial(
        shape, made.method, made.params, training, machine, tried.longest, tried.step_seconds,
        made.objective, made.objective_params,
    )  # fmt: skip
    foretold = forecast(
        shape, made.method, made.params, made.training, situation.lengths, machine, [took],
        made.objective, made.objective_params,
    )  # fmt: skip
    return replace(made, forecast=foretold)


def left_out(made: Proposal, situation: Situation) -> int:
    """Bytes that a trial of it can't show: it makes no checks and writes no sample answers."""
    longest = situation.lengths.longest_row(made.objective.writes(made.objective_params))
    return beyond_steps(
        situation.shape, made.method, made.params, made.training, situation.machine.device,
        longest, made.objective, made.objective_params, situation.machine.card,
    )  # fmt: skip


def measured(foretold: MemoryEstimate, tried: Tried, beside: int = 0) -> MemoryEstimate:
    """What was measured in the place of what was foretold; which part takes how much stays as
    foretold, and what differs is the allocator's. `beside`: what a trial leaves out, in bytes."""
    if not tried.ran:
        return foretold
    whole = tried.peak + beside
    said = (
        f"Measured: a trial of this very plan took {format_bytes(tried.peak)} here, where "
        f"{format_bytes(foretold.peak)} were foretold without margin. It made no check on the "
        "validation rows (evaluation) and wrote no sample answers"
    )
    said += f"; for those {format_bytes(beside)} were added." if beside else "."
    return replace(
        foretold,
        parts=_put_right(foretold.parts, whole),
        least=min(foretold.least, whole),
        how="measured",
        low=whole,
        high=whole,
        why=[said, *(one for one in foretold.why if OF_MARGIN not in one)],
    )


def _put_right(parts: dict[str, int], whole: int) -> dict[str, int]:
    """The parts without margin, so that their sum is `whole`."""
    made = {**parts, "margin": 0}
    over = sum(made.values()) - whole
    if over <= 0:
        return {**made, "rounding": made["rounding"] - over}
    for name in ("rounding", "activations", *sorted(made, key=lambda one: -made[one])):
        less = min(over, made[name])
        made[name] -= less
        over -= less
    return made


def load(workspace: Workspace) -> dict[str, Tried]:
    """By key; what can't be read is as if it had never been tried."""
    try:
        raw = json.loads(_file(workspace).read_text("utf-8"))
        pairs = list(raw.items())
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    found = {}
    for key, values in pairs:
        with suppress(TypeError, ValueError):
            found[str(key)] = of_plain(Tried, values)
    return found


def keep(workspace: Workspace, key: str, tried: Tried) -> None:
    """Raises OSError where it can't be written."""
    known = {**load(workspace), key: tried}
    newest = sorted(known.items(), key=lambda pair: -pair[1].when)[:_MOST]
    write_text(_file(workspace), json.dumps({k: asdict(one) for k, one in newest}, indent=1))


def forget(workspace: Workspace) -> None:
    _file(workspace).unlink(missing_ok=True)


def _file(workspace: Workspace) -> Path:
    return workspace.root / "cache" / "tried.json"
