"""The rows that a round is about, as they stood before its judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, ExampleKind
from ftstudio.core.paths import Workspace
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.judged import Judging, answered, key_of, kind_after, two_answers
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.step import Row
from ftstudio.data.versions.library import DatasetVersion, load_version

STEP = "judge_rows"


@dataclass(frozen=True)
class Item:
    """One row to be judged. `answer`: a model's answer, shown in the place of the row's own or
    beside it."""

    key: str
    example: Example
    flags: frozenset[str] = frozenset()
    answer: str = ""

    @property
    def number(self) -> int:
        return self.example.source_row

    def shown(self, judging: Judging) -> Example:
        """What stands before the person who judges."""
        if self.answer and judging != "pair":
            return answered(self.example, self.answer)
        return self.example

    def pair(self) -> tuple[str, str] | None:
        return two_answers(self.example, self.answer)


def rows_of(workspace: Workspace, task: JudgingTask) -> list[Row]:
    """The source's rows. Raises StudioError where it is gone."""
    if task.source == "version":
        version = load_version(workspace.datasets / task.source_id)
        return [Row(example) for side in SIDES for example in version.examples(side)]
    session = DraftSession.open(workspace, Draft.load(workspace, task.source_id))
    return draft_rows(session, task.id)


def draft_rows(session: DraftSession, task_id: str) -> list[Row]:
    """A draft's rows; those before this round's own step, where it has one already."""
    chain, place = session.chain(), step_place(session.draft, task_id)
    if place is None:
        return list(chain.rows)
    return list(chain.before(place))


def step_place(draft: Draft, task_id: str) -> int | None:
    """Where in a draft's recipe this round's judgements stand."""
    for place, step in enumerate(draft.steps):
        if step.key == STEP and task_id and step.params.get("task") == task_id:
            return place
    return None


def items_of(
    rows: Sequence[Row], judging: Judging, answers: Mapping[str, str] | None = None
) -> list[Item]:
    """One item per row; rows that say the same under the same number are one. For pairs only those
    that have two answers."""
    known = answers or {}
    found: dict[str, Item] = {}
    for row in rows:
        key = key_of(row.example)
        item = Item(key, row.example, row.flags, known.get(key, ""))
        if judging != "pair" or item.pair() is not None:
            found.setdefault(key, item)
    return list(found.values())


def check_items(items: Sequence[Item], judging: Judging, kind: ExampleKind) -> None:
    """Raises StudioError where there is nothing to judge."""
    if kind_after(judging, kind) is None:
        raise StudioError(
            "These rows can't be judged in this way.",
            f"They are examples of the kind “{kind}”.",
            "Choose another way of judging, or another dataset.",
            code="not_judged_so",
        )
    if not items:
        pairs = "No row has two answers to compare." if judging == "pair" else "There are no rows."
        raise StudioError(
            "There is nothing to judge.",
            pairs,
            "Bring a second answer to each question: a file of answers that your model wrote."
            if judging == "pair"
            else "Choose another dataset.",
            code="nothing_to_judge",
        )


def version_sides(version: DatasetVersion) -> list[Side]:
    """The side of each of the rows, in the order of `rows_of`."""
    return [side for side in SIDES for _ in range(version.counts.get(side, 0))]
