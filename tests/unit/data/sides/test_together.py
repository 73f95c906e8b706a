"""Groups that meet in a row become one, so that no split parts what belongs together."""

from ftstudio.data.sides.together import together


def test_what_was_found_alone_keeps_its_name():
    assert together([None] * 4, ["a", None, "a", None]) == ["a", None, "a", None]


def test_groups_that_share_a_row_are_one():
    borne = ["near-1", None, "near-1", None, "near-5", "near-5"]
    found = [None, "m", "m", None, "m", None]
    assert together(borne, found) == ["near-1", "near-1", "near-1", None, "near-1", "near-1"]


def test_doing_it_again_changes_nothing():
    borne = ["near-1", None, "near-1", "near-4", "near-4", None]
    found = [None, "m", "m", None, "m", "n"]
    once = together(borne, found)
    assert together(once, found) == once


def test_groups_that_do_not_meet_stay_apart():
    assert together(["a", "a", None], [None, None, "b"]) == ["a", "a", "b"]
