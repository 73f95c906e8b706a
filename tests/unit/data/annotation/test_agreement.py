"""Kappa by hand, by published tables, and from judgements."""

import random
from fractions import Fraction

import pytest

from ftstudio.data.annotation.agreement import (
    Kappa,
    agreements,
    cohens_kappa,
    in_words,
    weighted_kappa,
)
from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.task import JudgingTask


def pairs(table):
    """A table of counts (rows: the first person) as judgements."""
    return [(a, b) for a, row in enumerate(table) for b, count in enumerate(row)
            for _ in range(count)]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "observed", "expected", "kappa"),
    [
        ([[20, 5], [10, 15]], Fraction(7, 10), Fraction(1, 2), Fraction(2, 5)),
        ([[45, 15], [25, 15]], Fraction(60, 100), Fraction(54, 100), Fraction(6, 46)),
        ([[25, 35], [5, 35]], Fraction(60, 100), Fraction(46, 100), Fraction(14, 54)),
        # Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, chapter 18
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], Fraction(89, 100), Fraction(66, 100),
         Fraction(23, 34)),
        ([[3, 0], [0, 7]], Fraction(1), Fraction(58, 100), Fraction(1)),
        ([[0, 5], [5, 0]], Fraction(0), Fraction(1, 2), Fraction(-1)),
    ],
)  # fmt: skip
def test_worked_tables(table, observed, expected, kappa):
    found = cohens_kappa(pairs(table))
    assert found.rows == sum(map(sum, table))
    assert found.observed == pytest.approx(float(observed), abs=1e-12)
    assert found.expected == pytest.approx(float(expected), abs=1e-12)
    assert found.value == pytest.approx(float(kappa), abs=1e-12)


def test_where_chance_alone_agrees_nothing_is_claimed():
    assert cohens_kappa([("a", "a")] * 9).value is None
    assert cohens_kappa([]).value is None
    assert weighted_kappa([(3, 3), (3, 3)]).value is None
    assert "No row" in in_words(cohens_kappa([]))
    assert "one and the same" in in_words(cohens_kappa([("a", "a")] * 9))


def by_hand(table, power):
    """1 − Σ w·o / Σ w·e in whole fractions."""
    size = len(table)
    total = sum(map(sum, table))
    rows, columns = (
        [sum(row) for row in table],
        [sum(column) for column in zip(*table, strict=True)],
    )
    weight = [[Fraction(abs(i - j), size - 1) ** power for j in range(size)] for i in range(size)]
    places = [(i, j) for i in range(size) for j in range(size)]
    seen = sum(weight[i][j] * table[i][j] for i, j in places)
    chance = sum(weight[i][j] * rows[i] * columns[j] for i, j in places)
    return 1 - seen * total / chance


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
@pytest.mark.parametrize(
    "table", [[[11, 2, 19], [1, 3, 3], [0, 8, 82]], [[5, 2, 0, 0], [1, 6, 3, 0], [0, 2, 7, 1],
                                                     [0, 0, 2, 9]]],
)  # fmt: skip
def test_weighted_tables(table, weights):
    found = weighted_kappa(pairs(table), weights)
    expected = by_hand(table, 1 if weights == "linear" else 2)
    assert found.value == pytest.approx(float(expected), abs=1e-12)


def test_one_weighted_table_in_figures():
    """[[1, 1], [0, 1]] with two classes: linear and quadratic weights are the plain kappa."""
    table = pairs([[1, 1], [0, 1]])
    assert weighted_kappa(table).value == pytest.approx(cohens_kappa(table).value)
    assert cohens_kappa(table).value == pytest.approx(0.4)


def test_near_counts_more_than_far():
    near = [(1, 2), (2, 3), (3, 4), (4, 5), (5, 5), (1, 1)]
    far = [(1, 5), (2, 5), (3, 1), (4, 1), (5, 5), (1, 1)]
    assert weighted_kappa(near).value > 0.6 > 0.1 > weighted_kappa(far).value
    assert cohens_kappa(near).value == pytest.approx(cohens_kappa(far).value, abs=0.2)


@pytest.mark.parametrize(
    ("value", "word"),
    [(-0.1, "no better than chance"), (0.2, "slight"), (0.21, "fair"), (0.6, "moderate"),
     (0.8, "substantial"), (0.81, "almost perfect")],
)  # fmt: skip
def test_words(value, word):
    assert in_words(Kappa(10, 0.5, 0.5, value)) == word


def said(who, row, **what):
    return Judgement(row=row, hash="h", who=who, **what)


def test_only_rows_that_both_judged_count():
    task = JudgingTask(judging="mark")
    log = [said("Anna", 1, good=True), said("Ben", 1, good=True), said("Anna", 2, good=False),
           said("Ben", 2, good=True), said("Anna", 3, good=True), said("Ben", 3, skipped=True),
           said("Carl", 1, good=True)]  # fmt: skip
    found = agreements(task, log)
    assert [(one.one, one.other, one.kappa.rows) for one in found] == [
        ("Anna", "Ben", 2), ("Anna", "Carl", 1), ("Ben", "Carl", 1)]  # fmt: skip
    assert found[0].differ == ["2:h"]
    assert not found[0].weighted


def test_scores_are_weighted_and_classes_are_sets():
    scores = [said(who, row, number=value) for row, (a, b) in enumerate([(1, 2), (5, 4), (3, 3)])
              for who, value in (("Anna", a), ("Ben", b))]  # fmt: skip
    (found,) = agreements(JudgingTask(judging="score"), scores)
    assert found.weighted
    assert found.differ == []
    classes = [said("Anna", 1, labels=["a", "b"]), said("Ben", 1, labels=["b", "a"]),
               said("Anna", 2, labels=["a"]), said("Ben", 2, labels=["b"])]  # fmt: skip
    (found,) = agreements(JudgingTask(judging="label"), classes)
    assert (found.kappa.observed, found.differ) == (0.5, ["2:h"])


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_chance_is_the_mean_over_all_pairs(weights):
    draw = random.Random(4)
    said = [(draw.choice([0.0, 1.5, 7.0, draw.random() * 9]), draw.random() * 9) for _ in range(60)]
    values = [value for pair in said for value in pair]
    wide, power = max(values) - min(values), 1 if weights == "linear" else 2
    apart = [(abs(a - b) / wide) ** power for a, _ in said for _, b in said]
    found = weighted_kappa(said, weights)
    assert found.expected == pytest.approx(1 - sum(apart) / len(apart))


def test_thousands_of_different_scores_are_compared_without_comparing_each_with_each():
    class Counted(float):
        looked = 0

        def __sub__(self, other):
            Counted.looked += 1
            return float(self) - float(other)

    draw = random.Random(4)
    said = [(Counted(draw.random()), Counted(draw.random())) for _ in range(4_000)]
    assert weighted_kappa(said).rows == 4_000
    assert Counted.looked < 10 * len(said)
