"""What stands on two sides: in the training part and among what tells how good the model is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ftstudio.core.example import Example
from ftstudio.core.units import plural
from ftstudio.data.held import Held
from ftstudio.data.normal import asked, normal, whole_text
from ftstudio.data.sides.fingerprints import Fingerprints, benchmarks, mark_of
from ftstudio.data.sides.split import Side
from ftstudio.data.step import Row, Severity
from ftstudio.data.texts import in_short, with_pictures
from ftstudio.data.versions.stored import row_id
from ftstudio.data.watched import heard

How = Literal["exact", "normalised", "question", "near"]
HOWS: dict[How, tuple[str, str]] = {
    "exact": ("says the very same", "say the very same"),
    "normalised": ("says the same but for case and spaces", "say the same but for case and spaces"),
    "question": ("asks the same", "ask the same"),
    "near": ("says nearly the same", "say nearly the same"),
}
_LISTED = 200
Progress = Callable[[float], None]  # may raise to cancel


@dataclass(frozen=True)
class Leak:
    """A row that is learned from, and its twin among what is tried. `side`: where the learned one
    stands (validation chooses the best version, so what stands there helps too)."""

    how: How
    learned: int  # row number
    tried: int  # row number, in the same file or in the other one
    side: Side
    learned_text: str
    tried_text: str


@dataclass(frozen=True)
class LeakReport:
    """`rows` counts tried rows that have a twin, each once, by the closest kind of likeness."""

    against: str  # "" for the own parts, else the other test's name
    learned: int
    tried: int
    rows: dict[How, int]
    leaks: list[Leak]  # the first ones
    near_looked: bool  # whether what is nearly the same was looked for
    # keys of all learned rows with a twin in the other test, more than one for some of its rows
    learned_keys: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.rows.values())

    @property
    def severity(self) -> Severity:
        return "fine" if not self.count else "blocks" if self.rows.get("exact") else "look"

    @property
    def sentence(self) -> str:
        """What was found, in words; the field's term is “data leakage”."""
        where = f"of {self.against}" if self.against else "held back"
        if not self.tried:
            return f"There is no row {where}, so nothing can stand on both sides."
        if not self.count:
            depth = "not even nearly" if self.near_looked else "not even in other letters"
            none = plural(self.tried, "The only row", "None of the {n} rows")
            learned = plural(self.tried, "is not learned from", "is learned from")
            return f"{none} {where} {learned}, {depth}."
        parts = [f"{n:,} {HOWS[how][n > 1]}" for how, n in self.rows.items() if n]
        count = f"{self.count:,}"
        rows = plural(self.tried, "The only row", "{count} of the {n} rows", count=count)
        return (
            f"{rows} {where} {plural(self.count, 'stands', 'stand')} in the data that is learned "
            f"from: {', '.join(parts)}. What is known already looks learned, so the figures would "
            "be too good."
        )


@dataclass(frozen=True)
class Leaks:
    """The whole leak report of a draft or a version."""

    own: LeakReport
    benchmarks: list[LeakReport]
    test: LeakReport | None = None  # the user's own


def between(
    examples: Sequence[Example],
    sides: Sequence[Side],
    near: bool = True,
    progress: Progress | None = None,
) -> LeakReport:
    """What stands in training and in validation or test, or in validation and test."""
    order: dict[Side, int] = {"train": 0, "validation": 1, "test": 2}
    ranks = [order[side] for side in sides]
    leaks = _leaks(examples, ranks, near, progress)
    return _report("", examples, sides, examples, leaks, near, sum(1 for r in ranks if r))


def against(
    examples: Sequence[Example],
    sides: Sequence[Side],
    test: Sequence[Example],
    name: str,
    near: bool = True,
    progress: Progress | None = None,
) -> LeakReport:
    """What stands in the data and in a test of the user's own. The data's own test part counts
    as not learned from."""
    kept = [place for place, side in enumerate(sides) if side != "test"]
    mine = [examples[place] for place in kept]
    ranks = [0] * len(mine) + [1] * len(test)
    twins: set[int] = set()
    found = _leaks([*mine, *test], ranks, near, progress, twins)
    leaks = [(how, one, other - len(mine)) for how, one, other in found]
    report = _report(name, mine, [sides[place] for place in kept], test, leaks, near, len(test))
    return replace(report, learned_keys=[Row(mine[place]).key for place in sorted(twins)])


def against_benchmarks(
    examples: Sequence[Example],
    sides: Sequence[Side],
    known: Sequence[Fingerprints] | None = None,
    tell: Progress | None = None,
) -> list[LeakReport]:
    """Questions of public tests that stand in the data; only their hashes are known here."""
    tests = benchmarks() if known is None else known
    found: dict[str, list[int]] = {one.name: [] for one in tests}
    for place, example in enumerate(heard(examples, tell)):
        if sides[place] != "test" and (mark := mark_of(asked(example))):
            for one in tests:
                if mark in one.hashes:
                    found[one.name].append(place)
    reports = []
    for one in tests:
        hits = found[one.name]
        leaks = [
            Leak("question", examples[place].source_row, 0, sides[place],
                 _shown(examples[place]), "")
            for place in hits[:_LISTED]
        ]  # fmt: skip
        learned = sum(1 for side in sides if side != "test")
        rows: dict[How, int] = {"question": len({asked(examples[place]) for place in hits})}
        keys = [Row(examples[place]).key for place in hits]
        reports.append(LeakReport(one.name, learned, len(one.hashes), rows, leaks, False, keys))
    return reports


def _leaks(
    examples: Sequence[Example],
    ranks: Sequence[int],
    near: bool,
    progress: Progress | None,
    twins: set[int] | None = None,
) -> list[tuple[How, int, int]]:
    """For every place with a twin of a lower rank: the closest one. (how, that one, this one).
    `twins` takes all places of rank nought with a twin of a higher one."""
    found: dict[int, tuple[How, int]] = {}
    looks: list[tuple[How, Callable[[Example], str]]] = [
        ("exact", row_id), ("normalised", whole_text), ("question", asked)
    ]  # fmt: skip
    higher = [place for place in range(len(examples)) if ranks[place]]
    higher.sort(key=ranks.__getitem__)  # among equals the earlier first, as it was
    for how, key in looks:
        tried = {place: key(examples[place]) for place in heard(higher, progress)}
        wanted, firsts = set(tried.values()) - {""}, dict[str, int]()
        for place, rank in enumerate(heard(ranks, progress)):
            if wanted and not rank and (said := key(examples[place])) in wanted:
                firsts.setdefault(said, place)
                if twins is not None:
                    twins.add(place)
        for place, said in tried.items():
            if said in wanted and ranks[first := firsts.setdefault(said, place)] < ranks[place]:
                found.setdefault(place, (how, first))
    close = _near_lower(examples, ranks, progress, twins) if near else {}
    for place, lower in heard(close.items(), progress):
        found.setdefault(place, ("near", lower))
    return [(how, one, other) for other, (how, one) in sorted(found.items())]


def _near_lower(
    examples: Sequence[Example],
    ranks: Sequence[int],
    progress: Progress | None,
    twins: set[int] | None,
) -> dict[int, int]:
    """For each place that is near one of a lower rank: the first of the lowest. Of rows that say
    the very same only one stands in a pair, so all of them are taken together. `twins` as above."""
    pairs = _near_pairs(examples, progress)
    said: dict[int, tuple[str, ...]] = {}
    for place in sorted({place for pair in heard(pairs, progress) for place in pair}):
        in_words = in_short(examples[place])
        said[place] = tuple(map(normal, with_pictures(examples[place], in_words)))
    alike = defaultdict[tuple[str, ...], list[int]](list)
    beside = defaultdict[tuple[str, ...], set[tuple[str, ...]]](set)
    for place, words in heard(said.items(), progress):
        alike[words].append(place)
        beside[words].add(words)
    for one, other in heard(pairs, progress):
        beside[said[one]].add(said[other])
        beside[said[other]].add(said[one])
    lowest = {words: min(same, key=ranks.__getitem__) for words, same in alike.items()}
    tried = {words for words, same in alike.items() if any(ranks[place] for place in same)}
    found: dict[int, int] = {}
    for words, same in heard(alike.items(), progress):
        best = min((lowest[other] for other in beside[words]), key=lambda one: (ranks[one], one))
        found.update((place, best) for place in same if ranks[best] < ranks[place])
        if twins is not None and not tried.isdisjoint(beside[words]):
            twins.update(place for place in same if not ranks[place])
    return found


def _near_pairs(
    examples: Sequence[Example], progress: Progress | None
) -> Sequence[tuple[int, int]]:
    from ftstudio.data.finding.duplicates import pairs

    said = Held(with_pictures(one, in_short(one)) for one in heard(examples, progress))
    return pairs(said, progress=progress)


def near_groups(examples: Sequence[Example], progress: Progress | None = None) -> list[str | None]:
    """For each example the group of all that is nearly the same, chains included: what keeps
    every such pair on one side. None where nothing is near."""
    parent = list(range(len(examples)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for low, high in heard(_near_pairs(examples, progress), progress):
        one, other = sorted((root(low), root(high)))
        parent[other] = one
    roots = [root(place) for place in heard(range(len(examples)), progress)]
    sizes = Counter(roots)
    return [f"near-{one}" if sizes[one] > 1 else None for one in roots]


def shared_questions(
    examples: Sequence[Example], sides: Sequence[Side], tell: Progress | None = None
) -> int:
    """Questions (of raw text: texts) that stand in the training part and outside it: the look
    that costs little. See `between` for the whole."""
    learned: set[str] = set()
    held: set[str] = set()
    for example, side in heard(zip(examples, sides, strict=True), tell):
        (learned if side == "train" else held).add(asked(example))
    held.discard("")
    return sum(1 for question in heard(held, tell) if question in learned)


def _report(
    name: str,
    mine: Sequence[Example],
    sides: Sequence[Side],
    theirs: Sequence[Example],
    leaks: Sequence[tuple[How, int, int]],
    near: bool,
    tried: int,
) -> LeakReport:
    counts = Counter(how for how, _, _ in leaks)
    listed = [
        Leak(how, mine[one].source_row, theirs[other].source_row, sides[one],
             _shown(mine[one]), _shown(theirs[other]))
        for how, one, other in leaks[:_LISTED]
    ]  # fmt: skip
    rows: dict[How, int] = {how: counts[how] for how in HOWS if how != "near" or near}
    learned = sum(1 for side in sides if side != "test") if name else len(mine) - tried
    return LeakReport(name, learned, tried, rows, listed, near)


def _shown(example: Example) -> str:
    about, said = in_short(example)
    return " ".join((about or said).split())[:200]
