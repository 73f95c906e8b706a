"""After a run ran out of memory: what it needed, and each change that would let it go on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.core.training_settings import FULL, SELECTIVE
from ftstudio.data.versions.library import load_version
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning.judging import judges_bytes
from ftstudio.planning.ladder import Rung, lighter, rungs
from ftstudio.planning.lengths import measure
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import Record, card_of, corrected, corrections, gather
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.peak import kept_estimate
from ftstudio.planning.proposal import Proposal, Situation, propose
from ftstudio.techniques import methods

_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SIZE = r"([\d.]+) (bytes|KiB|MiB|GiB)"
# Each method has a step size of its own, and saves what it can.
OF_ANOTHER_METHOD: dict[str, Any] = {"learning_rate": None, "activation_checkpointing": FULL}
_MOST_WRONG = 3.0  # times what was foretold; more is another fault than a forecast's


@dataclass(frozen=True)
class Shortage:
    """What the card said in the moment; 0: it did not say. Bytes."""

    asked: int = 0
    free: int = 0
    held: int = 0  # by the run's own process

    @property
    def needed(self) -> int:
        """At the least: what it asked for is not all that would have come."""
        return self.held + self.asked if self.held else 0

    @property
    def room(self) -> int:
        """What the run could have had then."""
        return self.held + self.free if self.held else 0


@dataclass(frozen=True)
class Rescue:
    proposal: Proposal  # as it ran, with all that is known of what it takes
    machine: Machine  # as it is now
    rungs: list[Rung]
    used: tuple[str, ...]  # changes of the ladder that it ran with already
    shortage: Shortage


def shortage_of(log: str) -> Shortage:
    """From the end of a run's log: the card's last refusal."""
    said = log[max(0, log.rfind("Tried to allocate")) :]
    return Shortage(
        asked=_size(rf"Tried to allocate {_SIZE}", said),
        free=_size(rf"of which {_SIZE} is free", said),
        held=_size(rf"this process has {_SIZE} memory in use", said),
    )


def _size(pattern: str, said: str) -> int:
    found = re.search(pattern, said)
    return int(float(found[1]) * _UNITS[found[2]]) if found else 0


def rescue(
    workspace: Workspace, folder: JobFolder, plan: Plan, machine: Machine, held: int, log: str
) -> Rescue:
    """`held`: the most that the run was seen to hold, as its steps tell. Reads the dataset.

    Raises StudioError, KeyError or ValidationError where the model, the data, or what they are
    trained by is not here any more.
    """
    shape = find_model(Path(plan.model.path)).shape
    lengths = measure(load_version(Path(plan.dataset.path)), shape.vocab)
    situation = Situation(shape, lengths, machine, workspace.jobs)
    judges = judges_bytes(plan.rewards, machine.device)
    shortage = shortage_of(log)

    def with_method(key: str, own: Mapping[str, Any], training: Mapping[str, Any]) -> Proposal:
        return propose(
            situation, methods()[key], plan.objective, own, training,
            objective_params=plan.objective_params, protecting=plan.safeguards, judges=judges,
        )  # fmt: skip

    training = plan.training.model_dump()
    made = with_method(plan.method, plan.method_params, training)
    knows = _Knows(gather(workspace), card_of(machine))
    memory = _counted(folder, knows) or knows.teach(made.memory)
    aside = memory.parts["context"] if machine.device == "cuda" else 0
    knows = replace(knows, by=_missed(memory, max(shortage.needed, held + aside if held else 0)))
    others = [
        with_method(key, {}, {**training, **OF_ANOTHER_METHOD}) for key in lighter(plan.method)
    ]
    others = [one.judged(knows.teach(one.memory), machine) for one in others]
    base, memory = made.judged(knows.teach(made.memory), machine), knows.more(memory)
    off = memory.shown - base.memory.shown, memory.high - base.memory.high
    found = [
        rung if rung.method else rung.shifted(*off, machine.free_bytes)
        for rung in rungs(situation, base, others, knows.teach)
    ]
    return Rescue(made.judged(memory, machine), machine, found, _used(made), shortage)


@dataclass(frozen=True)
class _Knows:
    """What earlier runs on this card have taught, and by how much this one was missed."""

    records: Sequence[Record]
    card: str
    by: float = 1.0

    def teach(self, memory: MemoryEstimate) -> MemoryEstimate:
        taught = corrections(self.records, self.card, memory.how, memory.eager)
        return self.more(corrected(memory, taught) if taught.runs else memory)

    def more(self, memory: MemoryEstimate) -> MemoryEstimate:
        return memory.plus("rounding", int((self.by - 1) * memory.shown))


def _missed(memory: MemoryEstimate, seen: int) -> float:
    """The run was seen to need more than was foretold: so will what is like it."""
    if seen <= memory.shown or not memory.shown:
        return 1.0
    return min(_MOST_WRONG, seen / memory.shown)


def _counted(folder: JobFolder, knows: _Knows) -> MemoryEstimate | None:
    """What was foretold at its start, where that was counted step by step."""
    kept = kept_estimate(folder)
    return knows.teach(kept) if kept is not None and kept.how == "exact" else None


def _used(made: Proposal) -> tuple[str, ...]:
    training = made.training
    found = {
        "selective": training.activation_checkpointing == SELECTIVE,
        "twice": training.activation_checkpointing == FULL,
        "offload": training.activation_offload,
        "8bit": "8bit" in training.optimizer,
    }
    return tuple(key for key, on in found.items() if on)
