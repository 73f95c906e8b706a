"""Shares of a mixture; see also tests/unit/techniques/test_tasks.py, whose goal asks for them."""

from ftstudio.core.mixture import MOST_PASSES, counts, repeated


def test_no_example_is_left_out_and_none_comes_too_often():
    assert counts([100, 400], "weights", 2, [1, 1]) == [400, 400]
    assert counts([1, 400], "weights", 2, [1, 1]) == [MOST_PASSES, 400]
    assert counts([], "size", 1, []) == []


def test_what_is_wanted_less_than_once_is_drawn():
    found = list(repeated(range(10), 10, 4, seed=1))
    assert len(found) == len(set(found)) == 4
