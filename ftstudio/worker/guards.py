"""The safeguards of a run with the earlier data they are about, and how that joins the new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.params import Params
from ftstudio.core.plan import SafeguardChoice
from ftstudio.core.safeguard import Safeguard
from ftstudio.data.versions.library import DatasetVersion, load_version
from ftstudio.techniques import safeguards
from ftstudio.techniques.fitting import why_not_protect

if TYPE_CHECKING:
    from ftstudio.core.method import Method
    from ftstudio.core.objective import Objective

FOLDER = "safeguards"  # in the job's folder: what was measured


@dataclass(frozen=True)
class Guard:
    """One safeguard of a run, with the earlier data that it is about."""

    safeguard: Safeguard
    params: Params
    dataset: DatasetVersion
    number: int  # among those of the run, from 0: each has a chance and a file of its own

    def file(self, folder: Path) -> Path:
        return folder / FOLDER / f"{self.safeguard.key}-{self.number + 1}.safetensors"


def guards_of(
    choices: list[SafeguardChoice], objective: Objective, method: Method, own: DatasetFacts
) -> tuple[Guard, ...]:
    """The chosen safeguards, their data verified. Raises StudioError where one can't work beside
    the run's own data."""
    found = []
    for number, choice in enumerate(choices):
        safeguard = safeguards().get(choice.key)
        if safeguard is None:
            raise StudioError(
                f"The protection “{choice.key}” is not known here.",
                f"This version has: {', '.join(sorted(safeguards()))}.",
                "Update the app, or leave this protection out of the plan.",
                code="unknown_safeguard",
            )
        dataset = load_version(Path(choice.dataset.path))
        dataset.verify()
        why = why_not_protect(safeguard, objective, method, dataset.facts, own)
        if why or not dataset.counts.get("train"):
            raise StudioError(
                f"“{safeguard.title}” can't protect {dataset.name} in this run.",
                why or "This dataset has no examples to learn from.",
                "Leave this protection out, or choose other earlier data, goal or method.",
                code="safeguard_refused",
            )
        found.append(Guard(safeguard, safeguard.params(**choice.params), dataset, number))
    return tuple(found)


def joined(
    guards: tuple[Guard, ...], own: Iterator[Example], count: int, seed: int
) -> Iterator[Example]:
    """The examples to learn from, with the earlier ones that the safeguards mix in.

    Each safeguard's share is one of the run's own examples, however many of them there are.
    """
    examples, total = own, count
    for guard in guards:
        if guard.safeguard.mix is not None:
            there = guard.dataset.counts.get("train", 0)
            joining = guard.safeguard.adds(count, there, guard.params)
            earlier = guard.dataset.examples("train")
            chance = seed + guard.number
            examples = guard.safeguard.mix(examples, total, earlier, there, joining, chance)
            total += joining
    return examples


def joins(guards: tuple[Guard, ...], count: int) -> int:
    """How many earlier examples join `count` new ones."""
    return sum(
        guard.safeguard.adds(count, guard.dataset.counts.get("train", 0), guard.params)
        for guard in guards
        if guard.safeguard.mix is not None
    )
