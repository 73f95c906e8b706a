"""What follows from a draft, gathered off the window's thread and then only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ftstudio.core.example import Example, ExampleKind
from ftstudio.data.draft import PAGES, Draft
from ftstudio.data.drafting.leak import shared_questions
from ftstudio.data.drafting.report import Report
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.kind import class_counts
from ftstudio.data.layout import Guess, layouts
from ftstudio.data.sides.few import Few, Mending
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.step import Examples, Row
from ftstudio.data.table import Problem, RawTable
from ftstudio.data.watched import heard

PREVIEW_ROWS = 200
SAMPLE = 300


@dataclass(frozen=True)
class Sampled:
    """One example as the preview shows it: its place among all, and its side."""

    place: int
    example: Example
    side: Side


@dataclass(frozen=True)
class Facts:
    """A draft and all that the pages show of it. Nothing here changes."""

    draft: Draft
    table: RawTable
    guesses: list[Guess]
    guess: Guess
    rows: list[dict[str, Any]]  # the first of the file, for the columns page
    kind: ExampleKind  # what a row becomes
    unreadable: list[Problem]  # rows that the layout can't turn into an example
    report: Report | None  # None: the columns aren't settled, so there are no examples yet
    counts: dict[str, int] = field(default_factory=dict)
    sample: list[Sampled] = field(default_factory=list)
    total: int = 0
    classes: dict[str, int] = field(default_factory=dict)  # rows by class, where there are classes
    leaks: int = 0  # questions that stand on two sides; counted, not believed
    few: Few | None = None  # what is lacking to check with
    few_asks: bool = False  # nobody has said yet to go on all the same
    mendings: list[Mending] = field(default_factory=list)  # what helps
    problems: dict[str, list[str]] = field(default_factory=dict)
    current: list[Row] = field(default_factory=list, repr=False)  # after all steps; only read
    digest: str = ""  # of these rows: the same rows, the same digest
    sides: list[Side] = field(default_factory=list, repr=False)  # of `current`
    recalled: str = ""  # the file whose columns these are, chosen once before; else empty

    @cached_property
    def troubled(self) -> list[Problem]:
        """All rows of the file that do not become an example because something is wrong."""
        return sorted(
            [*(p for p in self.table.problems if p.row), *self.unreadable], key=lambda p: p.row
        )


def _recalled(session: DraftSession) -> str:
    """The earlier file of this shape, as long as the columns are still as they were for it."""
    draft, shape = session.draft, session.recalled
    if shape is None or (shape.layout, shape.mapping) != (draft.layout, draft.mapping):
        return ""
    return shape.file or "–"


def _kind(draft: Draft, examples: Sequence[Example]) -> ExampleKind:
    """That of the rows: what people judged can have made another kind of them."""
    if examples:
        return examples[0].kind
    return layouts()[draft.layout].kind if draft.layout in layouts() else "chat"


def gather(session: DraftSession) -> Facts | None:
    """Slow: reads rows, runs the checks. None while no file was read."""
    if session.table is None:
        return None
    draft = session.draft
    settled = not draft.problems("columns")
    chain = session.chain()
    examples = Examples(chain.rows if settled else ())
    sides = session.sides() if settled else []
    report = session.report() if settled else None
    blocking = [finding.sentence for finding in report.blocking] if report else []
    counts = {side: sides.count(side) for side in SIDES}
    splitting = session.split_problems() if settled else []
    few, left = (session.few(), session.few_left()) if settled else (None, None)
    asking = [f"{left.what} {left.why}"] if left and not blocking + splitting else []
    found = {"clean": blocking, "preview": blocking + splitting,
             "summary": blocking + splitting + asking}  # fmt: skip
    step = max(1, -(-len(examples) // SAMPLE))
    facts = Facts(
        draft=draft.model_copy(deep=True),
        table=session.table,
        guesses=list(session.guesses),
        guess=session.guess(),
        rows=session.table.rows(0, PREVIEW_ROWS),
        kind=_kind(draft, examples),
        unreadable=session.unreadable() if settled else [],
        report=report,
        counts={str(side): count for side, count in counts.items()},
        sample=[Sampled(i, examples[i], sides[i]) for i in range(0, len(examples), step)],
        total=len(examples),
        classes=class_counts(heard(examples, session.watch)),
        leaks=shared_questions(examples, sides, session.watch),
        few=few,
        few_asks=left is not None,
        mendings=session.mendings() if left else [],
        problems={page: draft.problems(page) or found.get(page, []) for page in PAGES},
        current=chain.rows,
        digest=chain.done[-1].digest if chain.done else chain.start_digest,
        sides=sides,
        recalled=_recalled(session),
    )
    facts.troubled  # noqa: B018 - sorted here, for a window that only reads
    return facts
