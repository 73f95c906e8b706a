"""Large classes are cut, small ones repeated, and copies stay with their origin."""

from collections import Counter

import pytest

from ftstudio.data.sides.split import SplitChoice, assign
from ftstudio.data.step import Row
from ftstudio.data.steps.balance_labels import STEP, BalanceParams
from tests.unit.data.conftest import labelled

ROWS = [Row(labelled(f"text {n}", "rare" if n % 10 == 0 else "often", row=n)) for n in range(1, 61)]


def counts(outcome):
    names = [row.example.labels[0] for row in outcome.rows]
    return names.count("often"), names.count("rare")


def test_uneven_classes_are_told():
    found = STEP.find(ROWS, BalanceParams())
    assert found.title == "Uneven classes"
    assert "“often” has 54 rows and “rare” 6" in found.sentence
    assert STEP.apply(ROWS, BalanceParams()).rows == ROWS


def test_a_cap():
    outcome = STEP.apply(ROWS, BalanceParams(most=20))
    assert counts(outcome) == (20, 6)
    assert len(outcome.removed) == 34
    assert set(outcome.reasons.values()) == {"“often” has 54 rows, and 20 are kept."}
    assert STEP.apply(ROWS, BalanceParams(most=20, seed=8)).removed != outcome.removed


@pytest.mark.parametrize(("often", "rare"), [(54, 6), (30, 5), (400, 2), (40, 1)])
def test_the_remedy_needs_no_setting(often, rare):
    names = ["often"] * often + ["rare"] * rare
    rows = [Row(labelled(f"text {n}", name, row=n)) for n, name in enumerate(names, 1)]
    found = STEP.find(rows, BalanceParams())
    outcome = STEP.apply(rows, BalanceParams(**found.remedy.params))
    assert STEP.find(outcome.rows, BalanceParams()).severity == "fine"
    assert outcome.added
    assert bool(outcome.removed) == (often > 40 * rare)  # only where ten times each is not enough
    assert [one.act for one in found.choices] == ["set"]


def test_oversampling():
    outcome = STEP.apply(ROWS, BalanceParams(least=20))
    assert counts(outcome) == (54, 20)
    assert outcome.added == list(range(-1, -15, -1))
    assert counts(STEP.apply(ROWS, BalanceParams(least=1000, times=3)))[1] == 18
    for row in outcome.rows:
        if row.number < 0:
            origin = next(r for r in outcome.rows if r.number == row.example.meta["copy_of"])
            assert row.example.group == origin.example.group
            assert row.example.question == origin.example.question


def test_copies_never_cross_the_split():
    examples = [row.example for row in STEP.apply(ROWS, BalanceParams(least=30)).rows]
    sides = assign(examples, SplitChoice(validation=0.4))
    by_group = {}
    for example, side in zip(examples, sides, strict=True):
        if example.group:
            by_group.setdefault(example.group, set()).add(side)
    assert len(by_group) == 6
    assert all(len(found) == 1 for found in by_group.values())


def test_of_a_row_s_several_examples_each_counts_for_itself():
    """A joined file makes several examples of one row: each may go or be repeated alone."""
    rows = [
        Row(labelled(f"text {n}", name, row=n).model_copy(update={"meta": {"case": case}}))
        for n in range(1, 31)
        for case, name in ((1, "often"), (2, "too"), (3, "rare" if n % 10 == 0 else "often"))
    ]
    assert Counter(row.example.labels[0] for row in rows) == {"often": 57, "too": 30, "rare": 3}
    outcome = STEP.apply(rows, BalanceParams(most=20, least=10))
    left = Counter(row.example.labels[0] for row in outcome.rows)
    assert left == {"often": 20, "too": 20, "rare": 10}
    repeated = [row for row in outcome.rows if row.number > 0 and row.example.group]
    assert [row.example.labels[0] for row in repeated] == ["rare"] * 3
