"""Rows as they are put before a person."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.annotation.items import check_items, items_of
from ftstudio.data.judged import key_of
from ftstudio.data.step import Row
from tests.unit.data.conftest import example, pair, rows_of


def test_the_same_row_twice_is_one_item():
    rows = [*rows_of(("A?", "a")), *rows_of(("A?", "a")), Row(example("A?", "a", 2))]
    assert [item.number for item in items_of(rows, "mark")] == [1, 2]


def test_for_pairs_two_answers_are_needed():
    rows = rows_of(("A?", "a"), ("B?", "b"))
    (item,) = items_of(rows, "pair", {key_of(rows[1].example): "model's"})
    assert item.pair() == ("b", "model's")
    assert item.shown("pair").answer == "b"
    (item,) = items_of([Row(pair("C?", "x", "y", 3))], "pair")
    assert item.pair() == ("x", "y")


def test_a_models_answer_is_shown_in_the_place_of_the_rows_own():
    rows = rows_of(("A?", "a"))
    (item,) = items_of(rows, "mark", {key_of(rows[0].example): "model's"})
    assert (item.shown("mark").answer, item.example.answer) == ("model's", "a")


def test_a_kind_that_cannot_be_judged_so_is_refused():
    with pytest.raises(StudioError) as caught:
        check_items(items_of(rows_of(("A?", "a")), "mark"), "mark", "label")
    assert caught.value.code == "not_judged_so"
