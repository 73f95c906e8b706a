"""How far two people agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from ftstudio.data.annotation.deciding import same, standing
from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.task import JudgingTask

Weights = Literal["linear", "quadratic"]


@dataclass(frozen=True)
class Kappa:
    """`value` is None where chance alone would agree always: nothing can be told then."""

    rows: int
    observed: float  # share of rows on which both said the same (weighted: nearly the same)
    expected: float  # what two people who judge by these frequencies reach by chance
    value: float | None


@dataclass(frozen=True)
class Agreement:
    """Two people on the rows that both judged."""

    one: str
    other: str
    kappa: Kappa
    differ: list[str]  # keys of the rows judged differently
    weighted: bool = False


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Kappa:
    """κ = (p_o − p_e) / (1 − p_e).

    p_o is the share of rows with the same class, p_e = Σ_k p_1(k) · p_2(k) over the classes with
    each person's own frequencies. Jacob Cohen: A coefficient of agreement for nominal scales,
    Educational and Psychological Measurement 20 (1960), 37–46.
    """
    count = len(pairs)
    if not count:
        return Kappa(0, 0.0, 0.0, None)
    ones, others = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(1 for a, b in pairs if a == b) / count
    expected = sum(ones[k] * others[k] for k in ones) / count**2
    return Kappa(count, observed, expected, _value(observed, expected))


def weighted_kappa(pairs: Sequence[tuple[float, float]], weights: Weights = "quadratic") -> Kappa:
    """κ_w = 1 − Σ w·o / Σ w·e: how far apart counts, not only whether.

    o are the observed shares, e those expected by chance, and the disagreement's weight w is
    |a − b| / d (linear) or its square (quadratic), d the largest distance that occurs. Jacob
    Cohen: Weighted kappa, Psychological Bulletin 70 (1968), 213–220.
    """
    count = len(pairs)
    if not count:
        return Kappa(0, 0.0, 0.0, None)
    values = [value for pair in pairs for value in pair]
    low = min(values)
    widest = max(values) - low
    if widest == 0:
        return Kappa(count, 1.0, 1.0, None)
    ones = [(a - low) / widest for a, _ in pairs]
    others = [(b - low) / widest for _, b in pairs]
    power = 1 if weights == "linear" else 2
    seen = sum(abs(a - b) ** power for a, b in zip(ones, others, strict=True)) / count
    chance = _apart(ones, others) if weights == "linear" else _squares_apart(ones, others)
    observed, expected = 1 - seen, 1 - chance
    return Kappa(count, observed, expected, _value(observed, expected))


def _squares_apart(ones: Sequence[float], others: Sequence[float]) -> float:
    """The mean of (a − b)² over all pairs of an a and a b, without walking through them all: the
    two variances and the square of the distance between the means."""
    count = len(ones)
    first, second = sum(ones) / count, sum(others) / count
    spread = sum((a - first) ** 2 for a in ones) + sum((b - second) ** 2 for b in others)
    return spread / count + (first - second) ** 2


def _apart(ones: Sequence[float], others: Sequence[float]) -> float:
    """The mean of |a − b| over all pairs of an a and a b: ∫ F(1 − G) + G(1 − F), where F and G
    are the shares of either's values up to a place."""
    count = len(ones)
    steps = sorted([(a, 0) for a in ones] + [(b, 1) for b in others])
    below, area = [0, 0], 0.0
    for (here, who), (after, _) in pairwise(steps):
        below[who] += 1
        f, g = below[0] / count, below[1] / count
        area += (after - here) * (f * (1 - g) + g * (1 - f))
    return area


def _value(observed: float, expected: float) -> float | None:
    return None if 1 - expected < 1e-12 else (observed - expected) / (1 - expected)


def in_words(kappa: Kappa) -> str:
    """The usual words for it: J. R. Landis and G. G. Koch, The measurement of observer agreement
    for categorical data, Biometrics 33 (1977), 159–174."""
    if kappa.rows == 0:
        return "No row was judged by both yet."
    if kappa.value is None:
        return "Both said one and the same of every row, so chance can't be told from agreement."
    bands = ((0.0, "no better than chance"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"),
             (0.8, "substantial"))  # fmt: skip
    return next((word for limit, word in bands if kappa.value <= limit), "almost perfect")


def agreements(task: JudgingTask, judgements: Sequence[Judgement]) -> list[Agreement]:
    """Every two people who judged the same rows, those with the most rows in common first."""
    rows = standing(judgements)
    people = sorted({who for said in rows.values() for who in said})
    found = []
    for one, other in combinations(people, 2):
        both = {key: (said[one], said[other]) for key, said in rows.items()
                if one in said and other in said}  # fmt: skip
        if not both:
            continue
        differ = [key for key, (a, b) in both.items() if not same(task, a, b)]
        weighted = task.judging == "score"
        found.append(Agreement(one, other, _kappa(task, list(both.values())), differ, weighted))
    return sorted(found, key=lambda one: -one.kappa.rows)


def _kappa(task: JudgingTask, both: Sequence[tuple[Judgement, Judgement]]) -> Kappa:
    if task.judging == "score":
        return weighted_kappa([(a.number or 0.0, b.number or 0.0) for a, b in both])
    return cohens_kappa([(_class(task, a), _class(task, b)) for a, b in both])


def _class(task: JudgingTask, judgement: Judgement) -> Hashable:
    """What was said, as one class; several classes of a row count as one set."""
    if task.judging == "mark":
        return judgement.good
    if task.judging == "pair":
        return judgement.choice
    if task.judging == "label":
        return frozenset(judgement.labels or ())
    return (judgement.answer or "").strip()
