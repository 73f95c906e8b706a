"""Two versions row by row: what is new, what is gone, what was changed, what changed sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Literal

from ftstudio.core.example import Example
from ftstudio.core.units import plural
from ftstudio.data.held import Held, let_go_of
from ftstudio.data.normal import asked
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.texts import in_short
from ftstudio.data.versions.library import DatasetVersion, Tell
from ftstudio.data.versions.stored import row_id
from ftstudio.data.watched import heard

Known = Literal["row", "question", "near"]
_NEAR = 0.6
_MOST_NEAR = 50_000  # unpaired rows up to which what is nearly the same is looked for


@dataclass(frozen=True)
class Change:
    """A row that says something else now. `known`: by what the two were taken for the same one."""

    before: Example
    after: Example
    known: Known


@dataclass(frozen=True)
class Comparison:
    one: str  # the versions' ids
    other: str
    same: int  # rows that are in both as they were
    added: list[Example] = field(default_factory=list)
    removed: list[Example] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    moved: list[tuple[Example, Side, Side]] = field(default_factory=list)  # the same, elsewhere

    @property
    def sentence(self) -> str:
        if not (self.added or self.removed or self.changed or self.moved):
            return plural(self.same, "Both hold the same row, in the same part.",
                          "Both hold the same {n} rows, divided in the same way.")  # fmt: skip
        said = [
            plural(self.same, "1 row is the same", "{n} rows are the same"),
            plural(len(self.added), "1 is new", "{n} are new"),
            plural(len(self.removed), "1 is gone", "{n} are gone"),
            plural(len(self.changed), "1 was changed", "{n} were changed"),
        ]
        moved = plural(len(self.moved), "1 of the same stands in another part",
                       "{n} of the same stand in another part")  # fmt: skip
        return f"{', '.join(said)}; {moved}."


_Sided = tuple[Example, Side]


def compare(one: DatasetVersion, other: DatasetVersion, tell: Tell | None = None) -> Comparison:
    """From `one` to `other`. Rows are paired by what they say; the rest by their number where
    both are of the same file, then by question, then by what is nearly the same. `tell` may raise
    to stop."""
    before, after = _sided(one, tell), _sided(other, tell)
    pairs, before, after = _paired(before, after, row_id, tell)
    moved = [(new, was, now) for (_, was), (new, now) in pairs if was != now]
    changed: list[Change] = []
    looks: list[tuple[Known, Callable[[Example], Hashable]]] = [("question", asked)]
    if _files(one) == _files(other) and _files(one):
        looks.insert(0, ("row", lambda example: (example.meta.get("dataset"), example.source_row)))
    for known, key in looks:
        found, before, after = _paired(before, after, key, tell)
        changed += [Change(old, new, known) for (old, _), (new, _) in found]
    found, before, after = _near(before, after, tell)
    changed += [Change(old, new, "near") for (old, _), (new, _) in found]
    return Comparison(
        one.id, other.id, len(pairs), [example for example, _ in after],
        [example for example, _ in before], changed, moved,
    )  # fmt: skip


def _sided(version: DatasetVersion, tell: Tell | None) -> list[_Sided]:
    """All its rows; those of a million go in pieces when they are let go."""
    return Held(
        (example, side) for side in SIDES for example in heard(version.examples(side), tell)
    )


def _files(version: DatasetVersion) -> list[str]:
    return sorted(str(source.get("sha256")) for source in version.manifest.get("sources", []))


_Pairs = list[tuple[_Sided, _Sided]]


def _paired(
    before: list[_Sided],
    after: list[_Sided],
    key: Callable[[Example], Hashable],
    tell: Tell | None,
) -> tuple[_Pairs, list[_Sided], list[_Sided]]:
    """Pairs with the same key, one to one, those on the same side first; and what is left."""
    waiting: dict[Hashable, list[_Sided]] = defaultdict(list)
    for old in heard(before, tell):
        waiting[key(old[0])].append(old)
    pairs: _Pairs = Held()
    left: list[_Sided] = Held()
    for new in heard(after, tell):
        mine = key(new[0])
        olds = waiting.get(mine)
        if not olds or not mine:
            left.append(new)
            continue
        place = next((i for i, old in enumerate(olds) if old[1] == new[1]), 0)
        pairs.append((olds.pop(place), new))
    unpaired = {id(old) for olds in waiting.values() for old in olds}
    let_go_of(waiting)
    return pairs, Held(old for old in before if id(old) in unpaired), left


def _near(
    before: list[_Sided], after: list[_Sided], tell: Tell | None
) -> tuple[_Pairs, list[_Sided], list[_Sided]]:
    if not before or not after or len(before) + len(after) > _MOST_NEAR:
        return [], before, after
    from ftstudio.data.finding.duplicates import pairs

    whole = [*before, *after]
    close = pairs([(" ".join(in_short(example)),) for example, _ in whole], _NEAR, tell)
    taken: set[int] = set()
    found: _Pairs = []
    for low, high in close:
        if low < len(before) <= high and not taken & {low, high}:
            taken |= {low, high}
            found.append((whole[low], whole[high]))
    return (
        found,
        [old for place, old in enumerate(before) if place not in taken],
        [new for place, new in enumerate(after, len(before)) if place not in taken],
    )
