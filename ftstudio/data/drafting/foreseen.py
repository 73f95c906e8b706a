"""What a step would do to rows, or did, in lines that show what is another one."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ftstudio.core.example import Example
from ftstudio.data.differing import Part, brief, changed_text, parts
from ftstudio.data.drafting.chain import Chain, step_of
from ftstudio.data.step import Row
from ftstudio.data.texts import in_short
from ftstudio.data.watched import Watched

What = Literal["changed", "left out", "added", "marked"]
_TRIED = 60  # rows on which a slow step is tried


@dataclass(frozen=True)
class Line:
    """One row and what happens to it. `parts`: its text, with what went and what came."""

    number: int
    what: What
    parts: list[Part]
    reason: str = ""

    @property
    def text(self) -> str:
        """Before, and after where something is another one."""
        before = "".join(part.text for part in self.parts if part.kind != "new")
        after = "".join(part.text for part in self.parts if part.kind != "gone")
        return before if before == after else f"{before} → {after}"


@dataclass(frozen=True)
class Effect:
    """What a step would do. `tried`: rows it was tried on, where not on all."""

    key: str
    removed: int = 0
    changed: int = 0
    added: int = 0
    rows_in: int = 0
    lines: list[Line] = field(default_factory=list)
    seconds: float = 0.0
    tried: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.removed or self.changed or self.added)


def foresee(
    rows: Sequence[Row],
    key: str,
    params: dict[str, Any] | None = None,
    count: int = 3,
    tell: Callable[[float], None] | None = None,
) -> Effect:
    """Try a step on these rows; nothing is changed. `tell` may raise to stop."""
    step = step_of(key)
    chosen = step.params(**(params or {}))
    began = time.perf_counter()
    outcome = step.apply(Watched(rows, tell) if tell else rows, chosen)
    seconds = time.perf_counter() - began
    picked = _in_turn([outcome.changed, outcome.removed, outcome.added], count)
    before, after = _by_number(rows, picked), _by_number(outcome.rows, picked)
    gone = set(outcome.removed)
    lines = [
        _line(before.get(one), None if one in gone else after.get(one), one,
              outcome.reasons.get(one, ""))
        for one in picked
    ]  # fmt: skip
    added = len(outcome.added)
    removed = len(rows) + added - len(outcome.rows)  # a row of the file can make several examples
    return Effect(key, removed, len(outcome.changed), added, len(rows), lines, seconds)


def foresee_found(
    rows: Sequence[Row],
    key: str,
    found: Sequence[int],
    params: dict[str, Any] | None = None,
    count: int = 3,
) -> Effect:
    """Try a slow step on some of the rows in which it has found something already."""
    some = set(found[:_TRIED])
    few = [row for row in rows if row.number in some]
    effect = foresee(few, key, params, count)
    share = len(found) / max(1, len(few))
    return Effect(
        key, round(effect.removed * share), round(effect.changed * share), effect.added,
        len(rows), effect.lines, effect.seconds, len(few) if len(few) < len(found) else 0,
    )  # fmt: skip


def done_lines(chain: Chain, place: int, most: int = 2_000) -> list[Line]:
    """What the step at this place of the recipe did, row by row, as the chain remembers it."""
    done = chain.done[place]
    picked = [*done.removed, *sorted(done.changed), *done.added][:most]
    before = _by_number(chain.done[place - 1].rows if place else chain.start, picked)
    after = _by_number(done.rows, picked)
    return [
        _line(before.get(one), None if one in done.removed else after.get(one), one,
              done.removed.get(one, ""))
        for one in picked
    ]  # fmt: skip


def between(before: Example | None, after: Example | None) -> list[Part]:
    """The parts of two states of one row; of its text where there is but one."""
    if before is not None and after is not None:
        return brief(parts(*changed_text(before, after)))
    one = before or after
    about, said = in_short(one) if one else ("", "")
    return brief([Part("same", " ".join((about or said).split()))], near=60)


def _line(before: Row | None, after: Row | None, number: int, reason: str) -> Line:
    shown = between(before.example if before else None, after.example if after else None)
    if before is None:
        return Line(number, "added", shown, reason)
    if after is None:
        return Line(number, "left out", shown, reason)
    what: What = "changed" if any(part.kind != "same" for part in shown) else "marked"
    return Line(number, what, shown, reason)


def _by_number(rows: Sequence[Row], wanted: Collection[int]) -> dict[int, Row]:
    numbers = set(wanted)
    return {row.number: row for row in rows if row.number in numbers}


def _in_turn(lists: Sequence[Sequence[int]], count: int) -> list[int]:
    """Some of each, so that every kind of effect is shown."""
    found = dict.fromkeys(_dealt(lists, count))
    return list(found)[:count]


def _dealt(lists: Sequence[Sequence[int]], count: int) -> Iterator[int]:
    for place in range(min(count, max((len(one) for one in lists), default=0))):
        yield from (one[place] for one in lists if place < len(one))
