"""Limits by characters, each with its reason."""

from ftstudio.data.step import Row
from ftstudio.data.steps.drop_by_length import STEP, LengthParams
from tests.unit.data.conftest import labelled, pair, rows_of

ROWS = rows_of(("Why?", "Because."), ("Hm", "A long answer."), ("Who?", ""), ("x" * 50, "y" * 60))


def test_each_limit_has_its_reason():
    outcome = STEP.apply(ROWS, LengthParams(shortest_question=3, shortest_answer=1, longest=100))
    assert [row.number for row in outcome.rows] == [1]
    assert outcome.removed == [2, 3, 4]
    assert outcome.reasons[2] == "The question has 2 characters; wanted: 3."
    assert outcome.reasons[3] == "The answer has 0 characters; wanted: 1."
    assert outcome.reasons[4] == "It has 110 characters; allowed: 100."
    assert STEP.find(ROWS, LengthParams(longest=100)).rows == [4]


def test_a_class_is_no_short_answer():
    rows = [Row(labelled("A text", "b", row=1))]
    assert STEP.apply(rows, LengthParams(shortest_answer=20)).removed == []


def test_of_two_answers_the_longer_counts():
    rows = [Row(pair("Q?", "a" * 40, "b" * 50, row=1))]
    assert STEP.apply(rows, LengthParams(longest=52)).removed == []
    outcome = STEP.apply(rows, LengthParams(longest=51))
    assert outcome.reasons == {1: "It has 52 characters; allowed: 51."}
