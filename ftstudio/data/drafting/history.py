"""What became of one row of the file, and why: read, made an example, changed, left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ftstudio.core.example import BETTER, CASE, Example
from ftstudio.core.units import plural
from ftstudio.data.acting import row_named
from ftstudio.data.drafting.chain import Chain, Done, Tell
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.sides.split import Side
from ftstudio.data.step import Row, steps
from ftstudio.data.table import Problem
from ftstudio.data.watched import heard

What = Literal["not read", "no example", "made", "changed", "left out", "added"]

# What is in no part: the row's key ("12", "12.2"), at which stage, why, its example, its text.
LeftOut: TypeAlias = "tuple[str, str, str, Example | None, str]"


@dataclass(frozen=True)
class RowEvent:
    """One thing that happened to a row. `place` is the step's in the recipe, -1 before them."""

    what: What
    sentence: str
    place: int = -1
    key: str = ""
    before: Example | None = None
    after: Example | None = None


@dataclass(frozen=True)
class RowHistory:
    """A row's whole story. `side` is where it stands now; None: it is in no part."""

    number: int
    events: list[RowEvent] = field(default_factory=list)
    side: Side | None = None

    @property
    def alive(self) -> bool:
        return self.side is not None

    @property
    def known(self) -> bool:
        return bool(self.events)


def row_history(
    number: int,
    recipe: Sequence[AppliedStep],
    chain: Chain,
    lost: Sequence[tuple[What, Problem]],
    side: Side | None,
) -> RowHistory:
    """The story of the row with this number. `lost`: rows that never became an example."""
    events = [
        RowEvent(what, f"{_LOST[what]} {problem.reason}")
        for what, problem in lost
        if problem.row == number
    ]
    now = _row(chain.start, number)
    if now is not None:
        events.append(RowEvent("made", "Read and made into an example.", after=now.example))
    elif paired := [row for row in chain.start if row.example.meta.get(BETTER) == number]:
        events.append(RowEvent("made", _better_in(paired), after=paired[0].example))
    for place, (applied, done) in enumerate(zip(recipe, chain.done, strict=True)):
        events += _events(number, place, applied, chain)
        if number in done.removed and _row(done.rows, number) is None:
            break
    return RowHistory(number, events, side)


_LOST = {"not read": "It could not be read.", "no example": "It makes no example."}


def _better_in(paired: Sequence[Row]) -> str:
    where = plural(
        len(paired), "the pair of row {first}", "{n} pairs, the first of row {first}",
        first=paired[0].number,
    )  # fmt: skip
    return f"Its answer is the better one in {where}."


def _events(number: int, place: int, applied: AppliedStep, chain: Chain) -> list[RowEvent]:
    done = chain.done[place]
    title = steps()[applied.key].title if applied.key in steps() else applied.key
    if number not in done.removed and number not in done.changed and number not in done.added:
        return []
    rows = chain.done[place - 1].rows if place else chain.start
    gone = _gone((row for row in rows if row.number == number), done)
    before, after = _row(rows, number), _row(done.rows, number)
    step: dict[str, Any] = {"place": place, "key": applied.key}
    events = [
        RowEvent("left out", f"{_which(row)}{done.removed[number]}", before=row.example, **step)
        for row in gone
    ]
    step["before"] = before.example if before else None
    step["after"] = after.example if after else None
    if number in done.added:
        events.append(RowEvent("added", f"“{title}” added it{_origin(after)}.", **step))
    elif number in done.changed:
        said = done.said.get(number, f"“{title}” changed it.")
        events.append(RowEvent("changed", said, **step))
    return events


def _origin(row: Row | None) -> str:
    number = row.example.meta.get("copy_of") if row else None
    return f": a copy of {row_named(number)}" if isinstance(number, int) else ""


def _which(row: Row) -> str:
    case = row.example.meta.get(CASE)
    return f"Its example {case}: " if case else ""


def _row(rows: Sequence[Row], number: int) -> Row | None:
    return next((row for row in rows if row.number == number), None)


def left_out(
    recipe: Sequence[AppliedStep],
    chain: Chain,
    lost: Sequence[tuple[What, Problem]],
    tell: Tell | None = None,
) -> list[LeftOut]:
    """Every row that is in no part, in the order in which they were lost. `tell` may raise to
    stop."""
    found: list[LeftOut] = [
        (str(problem.row), "reading" if what == "not read" else "columns", problem.reason, None,
         problem.text)
        for what, problem in lost
        if problem.row
    ]  # fmt: skip
    better: dict[int, list[Row]] = {}
    if chain.start and BETTER in chain.start[0].example.meta:
        for row in heard(chain.start, tell):
            better.setdefault(row.example.meta[BETTER], []).append(row)
    found += [(str(n), "columns", _better_in(rows), None, "") for n, rows in better.items()]
    for place, (applied, done) in enumerate(zip(recipe, chain.done, strict=True)):
        if not done.removed:
            continue
        rows = chain.done[place - 1].rows if place else chain.start
        found += [
            (row.key, applied.key, done.removed[row.number], row.example, "")
            for row in _gone(heard(rows, tell), done)
        ]
    return found


def _gone(rows: Iterable[Row], done: Done) -> list[Row]:
    """The rows that a step took out: of a row's several examples maybe only some."""
    there = [row for row in rows if row.number in done.removed]
    kept = Counter(row.key for row in done.rows if row.number in done.removed)
    gone = []
    for row in there:
        if kept[row.key] > 0:
            kept[row.key] -= 1
        else:
            gone.append(row)
    return gone
