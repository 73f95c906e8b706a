"""Rows that one version learns from and that say nearly what another one holds back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from ftstudio.core.example import Example
from ftstudio.data.finding.duplicates import pairs
from ftstudio.data.normal import normal
from ftstudio.data.split import SIDES
from ftstudio.data.texts import asked_and_said, with_pictures
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.data.watched import heard

Tell = Callable[[float], None]  # may raise to stop
Said = tuple[str, str]
AT_ONCE = 50_000  # rows that are learned from, compared with all that is held back


def nearly_held(
    versions: Sequence[DatasetVersion], tell: Tell | None = None, at_once: int = AT_ONCE
) -> list[set[int]]:
    """Of each version the places among its training rows whose question and answer are nearly
    those of a row that another version holds back. The measure is that of near-duplicates within
    one file. At no time more lies in memory than all that is held back and `at_once` rows."""
    found: list[set[int]] = [set() for _ in versions]
    holders: dict[Said, set[int]] = {}  # what is held back, and by which of them
    for own, version in enumerate(versions):
        for side in SIDES[1:]:
            for example in heard(version.examples(side), tell):
                holders.setdefault(_said(example), set()).add(own)
    if not holders:
        return found
    whole = sum(version.counts.get("train", 0) for version in versions)
    rows, done = _learned(versions), 0
    while part := list(islice(heard(rows, tell), at_once)):
        where: dict[Said, list[tuple[int, int]]] = {}
        for own, place, said in part:
            where.setdefault(said, []).append((own, place))

        def told(share: float, done: int = done, many: int = len(part)) -> None:
            if tell:
                tell((done + share * many) / max(1, whole))

        for said, holding in _close(holders, list(where), told):
            for own, place in where[said]:
                if holding - {own}:
                    found[own].add(place)
        done += len(part)
    return found


def _close(
    holders: dict[Said, set[int]], learned: Sequence[Said], tell: Tell
) -> Iterator[tuple[Said, set[int]]]:
    """What is learned beside who holds back nearly, or exactly, that."""
    for said in learned:
        if said in holders:
            yield said, holders[said]
    held = list(holders)
    for low, high in pairs([*held, *learned], progress=tell):
        if low < len(held) <= high:
            yield learned[high - len(held)], holders[held[low]]


def _learned(versions: Sequence[DatasetVersion]) -> Iterator[tuple[int, int, Said]]:
    for own, version in enumerate(versions):
        for place, example in enumerate(version.examples("train")):
            yield own, place, _said(example)


def _said(example: Example) -> Said:
    asked, said = with_pictures(example, asked_and_said(example))
    return normal(asked), normal(said)
