"""What most cleaning steps do: change rows, leave some out with a reason, or flag them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from ftstudio.core.example import Example, ExampleKind
from ftstudio.data.step import Choice, Finding, Outcome, Row, Severity

# Where no step can help: the places at which it is remedied.
LOOK_AT_READING = Choice("See how it was read …", act="go to", page="file")
LOOK_AT_COLUMNS = Choice("Look at the columns …", act="go to", page="columns")
ADD_ROWS = Choice("Add rows from another file …", act="go to", page="more")


def changed(rows: Iterable[Row], change: Callable[[Example], Example]) -> Outcome:
    """Rows whose example is another one afterwards are noted; the others stay the same objects."""
    result, numbers = [], []
    for row in rows:
        example = change(row.example)
        if example != row.example:
            numbers.append(row.number)
            row = replace(row, example=example, tokens=None)
        result.append(row)
    return Outcome(result, changed=numbers)


def left_out(rows: Sequence[Row], reason: Callable[[Row], str]) -> Outcome:
    """Without the rows for which there is a reason, in words."""
    kept: list[Row] = []
    gone: dict[int, str] = {}
    for row in rows:
        if why := reason(row):
            because(gone, row, why)
        else:
            kept.append(row)
    return Outcome(kept, removed=list(gone), reasons=gone)


def because(reasons: dict[int, str], row: Row, why: str) -> None:
    """Note why it is gone. Of a row's several examples each may go for a reason of its own."""
    known = reasons.get(row.number, "")
    if why not in known:
        reasons[row.number] = f"{known} {why}".lstrip()


def flagged(rows: Sequence[Row], flags: Callable[[Row], Sequence[str]]) -> Outcome:
    """Rows with what was found noted in their flags; nothing else changes."""
    result, numbers = [], []
    for row in rows:
        new = row.flags | set(flags(row))
        if new != row.flags:
            numbers.append(row.number)
            row = replace(row, flags=new)
        result.append(row)
    return Outcome(result, changed=numbers)


def told(
    key: str,
    rows: Sequence[int],
    *,
    title: str,
    sentence: str,
    fine_title: str,
    fine: str,
    remedy: str,
    count: int | None = None,
    severity: Severity = "look",
    choices: tuple[Choice, ...] = (),
    params: dict[str, Any] | None = None,
) -> Finding:
    """A line of the check list: what was found in these rows, or that all is fine."""
    found = bool(rows)
    return Finding(
        key=key,
        severity=severity if found else "fine",
        title=title if found else fine_title,
        sentence=sentence if found else fine,
        count=(len(rows) if count is None else count) if found else 0,
        rows=list(rows),
        remedy_title=remedy if found else "",
        step_key=key,
        choices=choices if found else (),
        params=params if found else None,
    )


def with_ways(finding: Finding, *ways: Choice) -> Finding:
    """The same with the first of these as its remedy, where that is no step, and the others
    beside it."""
    return replace(finding, remedy_title=ways[0].title, way=ways[0], choices=ways[1:])


def adjust(step_key: str, params: dict[str, Any]) -> Choice:
    """The second button beside a remedy that takes these settings unasked."""
    return Choice("Adjust …", step_key, params, act="set")


def row_named(number: int) -> str:
    """A row of the file by its number, one that a step has added by what it is."""
    return f"row {number:,}" if number > 0 else "a copy made by an earlier step"


def kind_of(rows: Sequence[Row]) -> ExampleKind:
    return rows[0].example.kind if rows else "chat"
