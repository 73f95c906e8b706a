"""What reading longer texts costs: the memory of a run as it would be proposed, by its limit."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.model_shape import ModelShape
from ftstudio.planning.advice import natural_objective
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory import Fit, MemoryEstimate, estimate, fits
from ftstudio.planning.proposal import Proposal, Situation, propose, recommend
from ftstudio.techniques import methods

_SHARE = 0.995
_SPREAD = 1_000


@dataclass(frozen=True)
class FirstGuess:
    """The run that would be proposed for rows of these lengths. All but the limit stays as it is,
    so that the difference between two limits is what the longer one costs."""

    run: Proposal
    machine: Machine
    shape: ModelShape
    ordered: Sequence[int]  # tokens of each row, the shortest first

    def cut(self, limit: int) -> int:
        """How many rows are longer."""
        return len(self.ordered) - bisect_right(self.ordered, limit)

    def memory(self, limit: int) -> MemoryEstimate:
        run = self.run
        training = run.training.model_copy(update={"max_length": limit})
        longest = min(self.ordered[-1], limit) if self.ordered else limit
        return estimate(
            self.shape, run.method, run.params, training, self.machine.device, longest,
            run.objective, run.objective_params, self.machine.card,
        )  # fmt: skip

    def fit(self, limit: int) -> Fit:
        return fits(self.memory(limit), self.machine.free_bytes)


def first_guess(
    shape: ModelShape, tally: Mapping[int, int], facts: DatasetFacts, machine: Machine, folder: Path
) -> FirstGuess:
    """`tally`: how many rows there are of so many tokens. Takes some milliseconds.

    Raises StudioError where no goal learns from data of this kind.
    """
    ordered = array("q")  # no number of its own for each of a million rows
    for tokens in sorted(tally):
        ordered.extend(array("q", [tokens]) * tally[tokens])
    goal = natural_objective(facts)
    situation = Situation(shape, counted_lengths(ordered, facts.validation), machine, folder)
    made = [propose(situation, method, goal.key) for method in methods().values()]
    return FirstGuess(recommend(made), machine, shape, ordered)


def counted_lengths(ordered: Sequence[int], validation: int) -> Lengths:
    """From the counted tokens of all rows, those held back among them; the shortest first."""
    if not ordered:
        return Lengths(0, validation, 0.0, 64, 64)
    step = max(1.0, len(ordered) / _SPREAD)
    return Lengths(
        rows=max(1, len(ordered) - validation),
        validation_rows=validation,
        mean=sum(ordered) / len(ordered),
        most=ordered[math.ceil(_SHARE * len(ordered)) - 1],
        longest=ordered[-1],
        spread=tuple(ordered[int((i + 0.5) * step)] for i in range(int(len(ordered) / step))),
    )
