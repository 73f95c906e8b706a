"""The rows of a draft divided by a choice, worked out once for as long as both stay the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ftstudio.data.drafting.leak import near_groups
from ftstudio.data.sides.few import Few, Mending, advice, few_to_check, mendings
from ftstudio.data.sides.split import SIDES, Side, SplitChoice, assign, split_problems
from ftstudio.data.sides.together import together
from ftstudio.data.step import Examples, Row

Tell = Callable[[float], None]  # may raise to stop


@dataclass(frozen=True)
class Division:
    """Which row stands on which side, and what follows from it."""

    rows: list[Row]
    choice: SplitChoice
    sides: list[Side]
    near: list[str | None]  # what was kept together by nearness
    few: Few | None  # what is lacking to check with
    problems: list[str]  # why it can't be trained with at all
    _ways: list[list[Mending]] = field(default_factory=list, compare=False)  # once worked out

    def is_of(self, rows: list[Row], choice: SplitChoice) -> bool:
        return self.rows is rows and self.choice == choice

    @property
    def counts(self) -> dict[Side, int]:
        return {side: self.sides.count(side) for side in SIDES}

    def mendings(self, tell: Tell) -> list[Mending]:
        """What helps where little is there to check with."""
        if self.few is None:
            return []
        if not self._ways:
            near = self.near if any(self.near) else ()
            found = mendings(self.few, Examples(self.rows), self.choice, near, tell)
            self._ways.append(found)
        return self._ways[0]

    def advice(self, tell: Tell) -> str:
        """What would help where no other split does."""
        return advice(Examples(self.rows), tell)


def divide(rows: list[Row], choice: SplitChoice, tell: Tell) -> Division:
    """`tell` may raise to stop."""
    examples = Examples(rows)
    near = [row.near for row in rows]
    if choice.near:
        found = near_groups(examples, tell)
        near = together(near, [one and f"all-{one}" for one in found])
    sides = assign(examples, choice, near if any(near) else (), tell)
    counts = {side: sides.count(side) for side in SIDES}
    problems = split_problems(choice, counts, examples, sides, tell)
    few = few_to_check(examples, sides, tell)
    return Division(rows, choice.model_copy(), sides, near, few, problems)
