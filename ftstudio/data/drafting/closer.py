"""A closer look at the rows: unasked where it is short, and asked for where it takes a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ftstudio.core.example import Example, ExampleKind
from ftstudio.data.finding.duplicates import THRESHOLD, likeness, near
from ftstudio.data.held import Held
from ftstudio.data.step import Finding, Row, Step, steps
from ftstudio.data.texts import asked_and_said, characters, with_pictures
from ftstudio.data.watched import Watched, heard

Tell = Callable[[float], None]  # may raise to stop
UNASKED_ROWS = 5_000  # up to so many rows of usual length nobody is asked
UNASKED_CHARACTERS = 2_000_000
UNASKED_SECONDS = 5.0  # more rows are looked at unasked too where it takes less than this
_SAMPLE = 150  # rows on which is tried how long all take


@dataclass(frozen=True)
class CloserLook:
    """What the slow steps found in one state of the rows, named by its digest."""

    digest: str
    findings: dict[str, Finding] = field(default_factory=dict)  # by the step's key
    seconds: float = 0.0


@dataclass(frozen=True)
class Waits:
    """No look was taken: it would take so long that a person should ask for it."""

    digest: str
    seconds: float  # about


@dataclass(frozen=True)
class Member:
    """One row of a group; `likeness` to the group's first is None for itself."""

    number: int
    example: Example
    likeness: float | None


def slow_steps(kind: ExampleKind) -> list[Step]:
    """Those that a closer look asks, in the order of the report card."""
    return [step for step in steps().values() if step.slow and step.offered and step.suits(kind)]


def look_closer(
    rows: Sequence[Row], kind: ExampleKind, digest: str, tell: Tell = lambda share: None
) -> CloserLook:
    """Ask all slow steps what they find, with their usual settings."""
    began = time.perf_counter()
    asked = slow_steps(kind)
    findings = {}
    so_far = 0.0
    for place, step in enumerate(asked):

        def part(share: float, place: int = place) -> None:
            nonlocal so_far  # a step may go through the rows twice
            so_far = max(so_far, (place + min(1.0, share)) / len(asked))
            tell(so_far)

        findings[step.key] = step.find(Watched(rows, part), step.params())
    return CloserLook(digest, findings, time.perf_counter() - began)


def look_unasked(
    rows: Sequence[Row], kind: ExampleKind, digest: str, tell: Tell = lambda share: None
) -> CloserLook | Waits:
    """Look at once where that is short; else only tell how long it would take."""
    few = len(rows) <= UNASKED_ROWS
    if not few or sum(characters(row.example) for row in rows) > UNASKED_CHARACTERS:
        seconds = expected_seconds(rows, kind, tell)
        if seconds > UNASKED_SECONDS:
            return Waits(digest, seconds)
    return look_closer(rows, kind, digest, tell)


def expected_seconds(
    rows: Sequence[Row], kind: ExampleKind, tell: Tell = lambda share: None
) -> float:
    """About how long a look at all rows takes here and now, told by a look at some of them."""
    some = rows[:: max(1, len(rows) // _SAMPLE)]

    def still(share: float) -> None:
        tell(0.0)

    look_closer(some[:1], kind, "", still)  # what is loaded once is no part of it
    return look_closer(some, kind, "", still).seconds * len(rows) / max(1, len(some))


def personal_in(examples: Iterable[Example]) -> Finding | None:
    """Personal data in these; None where they are so many that it is looked for when asked."""
    some = list(islice(examples, UNASKED_ROWS + 1))
    if len(some) > UNASKED_ROWS or sum(map(characters, some)) > UNASKED_CHARACTERS:
        return None
    step = steps()["hide_personal"]
    return step.find([Row(example) for example in some], step.params())


def near_groups(
    rows: Sequence[Row], threshold: float = THRESHOLD, most: int = 200, tell: Tell | None = None
) -> list[list[Member]]:
    """Rows that say nearly the same, the largest groups first, each with its likeness."""
    told = (row.example for row in heard(rows, tell))
    said = Held(with_pictures(example, asked_and_said(example)) for example in told)
    leaders = near(said, threshold, tell)
    groups: dict[int, list[int]] = {}
    for place, leader in enumerate(heard(leaders, tell)):
        if leader is not None:
            groups.setdefault(leader, []).append(place)
    largest = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[:most]
    return [_members(rows, said, leader, own, tell) for leader, own in largest]


def _members(
    rows: Sequence[Row],
    said: Sequence[tuple[str, str]],
    leader: int,
    own: Sequence[int],
    tell: Tell | None,
) -> list[Member]:
    others = [place for place in own if place != leader]
    alike = likeness(said[leader], [said[place] for place in others], tell)
    found = [
        Member(rows[place].number, rows[place].example, share)
        for place, share in zip(others, alike, strict=True)
    ]
    first = Member(rows[leader].number, rows[leader].example, None)
    return [first, *sorted(found, key=lambda one: -(one.likeness or 0))]
