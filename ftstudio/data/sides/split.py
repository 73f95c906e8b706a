"""Divides examples into training, validation and test, nothing that belongs together on two."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ftstudio.core.example import Example
from ftstudio.core.units import format_share
from ftstudio.data.held import Held, let_go_of
from ftstudio.data.normal import asked, marked, whole_text
from ftstudio.data.watched import by_hash, heard

Tell = Callable[[float], None]  # may raise to stop
Side = Literal["train", "validation", "test"]
SIDES: tuple[Side, ...] = ("train", "validation", "test")
FEWEST = 10  # rows below which nothing can be held back
ENOUGH = 20  # validation rows below which a figure is mostly chance
PLENTY = 100  # rows from which on so many can be held back
_FEW = 4  # rows that are held back wherever there are enough
_OWN_SHARE = 10  # rows of a class or a source that must be tried too
_MOST_SOURCES = 50


class SplitChoice(BaseModel):
    """How much is held back; the same seed gives the same sides."""

    model_config = ConfigDict(extra="forbid")

    validation: float = Field(default=0.1, ge=0, le=0.5)
    test: float = Field(default=0.0, ge=0, le=0.5)
    seed: int = 7
    near: bool = False  # what says nearly the same stays together too, whether grouped or not
    each_class: bool = False  # a class without a row for validation gives one, however small it is
    fill_up: bool = False  # what the file itself keeps for validation is filled up to the share


def assign(
    examples: Sequence[Example],
    choice: SplitChoice,
    near: Sequence[str | None] = (),
    tell: Tell | None = None,
) -> list[Side]:
    """The side of each example, in their order.

    Groups stay together: the same question, the same `group` (a conversation, or what the user's
    column says), the same picture (`Example.pictures`), the same group of near-duplicates (`near`,
    one for each example, or none at all). They are taken in the order of a seeded hash until the
    share is reached, so that added rows move hardly any others. Every class and every source
    (`meta["source"]`) gives its share, as far as the groups allow it.

    What the file itself kept apart (`meta["part"]`) stays apart, with all that belongs to it, and
    a side that the file has is not drawn again, unless it is to be filled up. `tell` may raise to
    stop.
    """
    sides: list[Side] = ["train"] * len(examples)
    if len(examples) < FEWEST:
        return sides
    groups = _groups(examples, near, tell)
    held: dict[int, Side] = _kept_apart(examples, groups, tell)
    free = (number for number in range(len(groups.keys)) if number not in held)
    order = list(by_hash(free, tell, lambda number: _draw(groups.keys[number], choice.seed)))
    given, left = set(held.values()), sum(groups.sizes[number] for number in order)
    classes = _strata(examples, groups, order, tell)
    shares: tuple[tuple[Side, float], ...] = (
        ("validation", choice.validation),
        ("test", choice.test),
    )
    for side, share in shares:
        fill = side == "validation" and choice.fill_up
        if share <= 0 or (side in given and not fill):
            continue
        wanted = max(round(len(examples) * share), _least(len(examples), side))
        wanted -= sum(groups.sizes[number] for number, own in held.items() if own == side)
        if wanted <= 0:
            continue
        if classes:
            taken = _take_of_each(classes, order, groups.sizes, wanted, len(examples))
        else:
            taken = set(_take(order, groups.sizes, wanted, left))
        order = [number for number in heard(order, tell) if number not in taken]
        for number in taken:
            held[number] = side
            left -= groups.sizes[number]
    if choice.each_class and choice.validation > 0:
        held.update(_across(examples, groups, held, choice.seed, tell))
    for position, number in enumerate(heard(groups.of, tell)):
        if number in held:
            sides[position] = held[number]
    return sides


@dataclass(frozen=True)
class _Groups:
    """What must stay together. Numbers and no lists of positions: a million of those would be
    looked at by the collector, and be let go one by one."""

    keys: list[str]
    sizes: Sequence[int]
    of: Sequence[int]  # of each example: its group's number


def _kept_apart(examples: Sequence[Example], groups: _Groups, tell: Tell | None) -> dict[int, Side]:
    """Groups that the file keeps for validation or test: one row of them is enough, and the test
    goes first. Nothing where the file has no other rows."""
    kept: dict[int, Side] = {}
    for example, number in heard(zip(examples, groups.of, strict=True), tell):
        part = example.meta.get("part")
        if part == "test":
            kept[number] = "test"
        elif part == "validation":
            kept.setdefault(number, "validation")
    return kept if len(kept) < len(groups.keys) else {}


def _least(total: int, side: Side) -> int:
    """Rows held back even where the share is smaller: four of little data, and for validation
    more and more up to twenty of a hundred rows."""
    few = min(_FEW, total // 5)
    return max(few, min(ENOUGH, total - (PLENTY - ENOUGH))) if side == "validation" else few


def split_problems(
    choice: SplitChoice,
    counts: Mapping[Side, int],
    examples: Sequence[Example] = (),
    sides: Sequence[Side] = (),
    tell: Tell | None = None,
) -> list[str]:
    """Why a split can't be trained with, as sentences; empty where it can. Whether a class is
    learned at all is seen where the examples and their sides are given too. What is few to check
    with is another matter: see `few`."""
    total = sum(counts.values())
    if not total:
        return []
    if not counts.get("train"):
        return [
            f"No row is left to learn from: validation takes {format_share(choice.validation)} and "
            f"the test {format_share(choice.test)}. Hold back less."
        ]
    return _unlearned(examples, sides, tell)


def _unlearned(examples: Sequence[Example], sides: Sequence[Side], tell: Tell | None) -> list[str]:
    known, learned = Counter[str](), Counter[str]()
    for example, side in heard(zip(examples, sides, strict=True), tell):
        if example.labels:
            known.update(example.labels)
            if side == "train":
                learned.update(example.labels)
    missing = sorted(known.keys() - learned.keys())
    if not missing:
        return []
    return [
        f"The class {_named(missing)} stands only in rows that are held back, so it can't "
        "be learned. Hold back less, or leave the class out."
    ]


def _named(labels: Sequence[str], most: int = 3) -> str:
    rest = f" (and {len(labels) - most} more)" if len(labels) > most else ""
    return ", ".join(f"“{label}”" for label in labels[:most]) + rest


def group_keys(example: Example, near: str | None = None) -> list[str]:
    """All that keeps this example together with others; empty where nothing does."""
    keys = [f"group:{example.group}"] if example.group else []
    if question := asked(example):
        keys.append(f"question:{question}")
    keys += [f"image:{image}" for image in example.meta.get("images") or example.pictures]
    return [*keys, f"near:{near}"] if near else keys


# A group is drawn by the key in it that is least likely to be another one next month.
_LASTING = {"group": 0, "question": 1, "image": 2, "near": 3, "row": 4}


def _lasting(key: str) -> tuple[int, str]:
    return _LASTING[key.partition(":")[0]], key


def _groups(
    examples: Sequence[Example],
    near: Sequence[str | None],
    tell: Tell | None = None,
) -> _Groups:
    """A chain of shared keys is one group."""
    parent: dict[str, str] = {}  # of keys that belong to another one

    def root(key: str) -> str:
        while (above := parent.get(key)) is not None:
            parent[key] = above = parent.get(above, above)
            key = above
        return key

    firsts: list[str] = Held()
    for position, example in enumerate(heard(examples, tell)):
        keys = group_keys(example, near[position] if near else None)
        first, *others = keys or [f"row:{marked(whole_text(example)).hex()}"]
        firsts.append(first)
        for key in others:
            one, other = sorted((root(first), root(key)), key=_lasting)
            if one != other:
                parent[other] = one
    numbers: dict[str, int] = {}
    of = array("q")
    for first in heard(firsts, tell):
        of.append(numbers.setdefault(root(first), len(numbers)))
    sizes = array("q", [0]) * len(numbers)
    for number in heard(of, tell):
        sizes[number] += 1
    keys = Held(numbers)
    let_go_of(numbers)
    return _Groups(keys, sizes, of)


def _strata(
    examples: Sequence[Example], groups: _Groups, order: Sequence[int], tell: Tell | None
) -> dict[tuple[str, str], list[int]]:
    """Groups, in their order, by the rarest class in them and by their source; empty where there
    is but one of each. Small sources count as one, also within a class."""
    counts = Counter(label for example in heard(examples, tell) for label in example.labels or ())
    sources = Counter(_source(example) for example in heard(examples, tell))
    large = {name for name, count in sources.most_common(_MOST_SOURCES) if count >= _OWN_SHARE}
    if not counts and len(large) < 2:
        return {}
    rarest: dict[int, tuple[int, str]] = {}
    source: dict[int, str] = {}
    for example, number in heard(zip(examples, groups.of, strict=True), tell):
        for label in example.labels or ():
            own = (counts[label], label)
            rarest[number] = min(rarest.get(number, own), own)
        if len(large) > 1 and (name := _source(example)) in large:
            source[number] = min(source.get(number, name), name)

    def both(number: int) -> tuple[str, str]:
        return rarest[number][1] if number in rarest else "", source.get(number, "")

    rows = Counter[tuple[str, str]]()
    for number in heard(order, tell):
        rows[both(number)] += groups.sizes[number]
    found: dict[tuple[str, str], list[int]] = {}
    for number in heard(order, tell):
        label, origin = both(number)
        # A class spread over many sources in a few rows each would have no share anywhere.
        stratum = label, origin if rows[label, origin] >= _OWN_SHARE else ""
        found.setdefault(stratum, []).append(number)
    return found


def _source(example: Example) -> str:
    return str(example.meta.get("source") or "")


def _take_of_each(
    strata: Mapping[tuple[str, str], list[int]],
    order: Sequence[int],
    sizes: Sequence[int],
    wanted: int,
    total: int,
) -> set[int]:
    """Groups of every stratum in proportion; at least one of each is left to learn from."""
    free = set(order)
    many = {name: sum(sizes[number] for number in own) for name, own in strata.items()}
    exact = {name: wanted * size / total for name, size in many.items()}
    quota = {name: int(share) for name, share in exact.items()}
    by_rest = sorted(exact, key=lambda name: (quota[name] - exact[name], name))
    for name in by_rest[: wanted - sum(quota.values())]:
        quota[name] += 1
    taken: set[int] = set()
    for name, own in strata.items():
        mine = [number for number in own if number in free]
        count = max(quota[name], 1 if many[name] >= _OWN_SHARE else 0)
        left = sum(sizes[number] for number in mine)
        taken.update(_take(mine[:-1], sizes, count, left) if count else ())
    return taken


def _across(
    examples: Sequence[Example],
    groups: _Groups,
    held: Mapping[int, Side],
    seed: int,
    tell: Tell | None,
) -> dict[int, Side]:
    """For each class that has no row in validation its smallest group, as long as every class in
    that group keeps a row to learn from."""
    learned, tried = Counter[str](), Counter[str]()
    has: dict[int, Counter[str]] = {}  # of groups that are learned from: rows by class
    for example, number in heard(zip(examples, groups.of, strict=True), tell):
        if not example.labels:
            continue
        side = held.get(number)
        if side is None:
            learned.update(example.labels)
            has.setdefault(number, Counter()).update(example.labels)
        elif side == "validation":
            tried.update(example.labels)
    untried = sorted(learned.keys() - tried.keys())
    having: dict[str, list[int]] = {label: [] for label in untried}
    for number in heard(sorted(has), tell):
        for label in has[number].keys() & having.keys():
            having[label].append(number)
    moved: dict[int, Side] = {}
    for label in untried:
        if tried[label]:  # came across with another class
            continue
        mine = having[label]
        mine.sort(key=lambda number: (groups.sizes[number], _draw(groups.keys[number], seed)))
        for number in mine:
            if all(learned[one] > many for one, many in has[number].items()):
                learned.subtract(has[number])
                tried.update(has.pop(number))
                moved[number] = "validation"
                break
    return moved


def _draw(key: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{key}".encode("utf-8", "surrogatepass")).digest()


def _take(order: Sequence[int], sizes: Sequence[int], wanted: int, left: int) -> list[int]:
    """Groups that fill `wanted` without going far beyond it; at least one, if training keeps
    the larger part."""
    taken: list[int] = []
    count = 0
    for number in order:
        if count >= wanted:
            break
        if count + sizes[number] <= wanted + max(1, wanted // 10):
            taken.append(number)
            count += sizes[number]
    if not taken and order:
        smallest = min(order, key=sizes.__getitem__)
        if sizes[smallest] <= left // 2:
            taken.append(smallest)
    return taken
