"""A division is of its rows and its choice, and knows what follows."""

from __future__ import annotations

from ftstudio.data.drafting.division import divide
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.step import Row
from tests.unit.data.conftest import example


def silent(share: float) -> None:
    """Nobody stops it."""


def test_it_is_of_the_same_rows_and_the_same_choice() -> None:
    rows, choice = [Row(example(f"Question {i}?", "a", i)) for i in range(50)], SplitChoice()
    division = divide(rows, choice, silent)
    assert division.counts == {"train": 45, "validation": 5, "test": 0}
    assert division.is_of(rows, SplitChoice())
    assert not division.is_of(list(rows), choice)
    choice.validation = 0.3  # the draft's own is changed in place
    assert not division.is_of(rows, choice)


def test_what_lacks_and_what_helps() -> None:
    rows = [Row(example(f"Question {i}?", "a", i)) for i in range(50)]
    division = divide(rows, SplitChoice(), silent)
    assert division.few is not None
    assert division.few.validation == 5
    assert [way.title for way in division.mendings(silent)] == ["Check with 20 rows"]
    mended = divide(rows, SplitChoice(validation=0.4), silent)
    assert (mended.few, mended.mendings(silent), mended.problems) == (None, [], [])


def test_nearly_the_same_stays_on_one_side_where_that_is_wished() -> None:
    text = "How do I get the lamp in the hall to light up again after the storm of last nigh{}"
    rows = [Row(example(f"Something else entirely, {i * 7919}?", "a", i)) for i in range(60)]
    for seed in range(12):  # by chance they would stand together in a few of them
        both = [Row(example(text.format(end), "x", 100)) for end in ("t?", "t!", "ts?")]
        sides = divide(rows + both, SplitChoice(near=True, seed=seed), silent).sides
        assert len(set(sides[60:])) == 1
