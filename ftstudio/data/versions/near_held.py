"""Rows that one version learns from and that say nearly what another one holds back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from ftstudio.core.example import Example
from ftstudio.data.finding.duplicates import pairs
from ftstudio.data.held import Held, let_go_of
from ftstudio.data.normal import normal
from ftstudio.data.sides.split import SIDES
from ftstudio.data.texts import asked_and_said, with_pictures
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.data.watched import heard

Tell = Callable[[float], None]  # may raise to stop
Said = tuple[str, str]
AT_ONCE = 50_000  # rows compared with all that is held back, or as many as those where more


def nearly_held(
    versions: Sequence[DatasetVersion], tell: Tell | None = None, at_once: int = AT_ONCE
) -> list[set[int]]:
    """Of each version the places among its training rows whose question and answer are nearly
    those of a row that another version holds back. The measure is that of near-duplicates within
    one file. In memory lies what is held back, and as many rows more or `at_once`."""
    found: list[set[int]] = [set() for _ in versions]
    holders: dict[Said, int] = {}  # what is held back, and by which of them: a bit for each
    for own, version in enumerate(versions):
        for side in SIDES[1:]:
            for example in heard(version.examples(side), tell):
                said = _said(example)
                holders[said] = holders.get(said, 0) | 1 << own
    if not holders:
        return found
    whole = sum(version.counts.get("train", 0) for version in versions)
    rows, done, at_once = _learned(versions), 0, max(at_once, len(holders))
    while part := Held(islice(heard(rows, tell), at_once)):
        where: dict[Said, list[tuple[int, int]]] = {}
        for own, place, said in part:
            where.setdefault(said, []).append((own, place))

        def told(share: float, done: int = done, many: int = len(part)) -> None:
            if tell:
                tell((done + share * many) / max(1, whole))

        for said, holding in _close(holders, where, told):
            for own, place in where[said]:
                if holding & ~(1 << own):
                    found[own].add(place)
        done += len(part)
        let_go_of(where)
    let_go_of(holders)
    return found


def _close(
    holders: dict[Said, int], learned: Collection[Said], tell: Tell
) -> Iterator[tuple[Said, int]]:
    """What is learned beside who holds back nearly, or exactly, that."""
    for said in learned:
        if said in holders:
            yield said, holders[said]
    whole = [*holders, *learned]
    for low, high in pairs(whole, progress=tell):
        one, other = whole[low], whole[high]
        if low < len(holders) <= high:
            yield other, holders[one]
        elif high < len(holders):  # one of them may be learned too: a pair tells of the first alone
            yield from ((a, holders[b]) for a, b in ((one, other), (other, one)) if a in learned)


def _learned(versions: Sequence[DatasetVersion]) -> Iterator[tuple[int, int, Said]]:
    for own, version in enumerate(versions):
        for place, example in enumerate(version.examples("train")):
            yield own, place, _said(example)


def _said(example: Example) -> Said:
    asked, said = with_pictures(example, asked_and_said(example))
    return normal(asked), normal(said)
