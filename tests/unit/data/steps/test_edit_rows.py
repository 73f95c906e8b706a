"""What a person wrote stands in the row; the rest stays."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.data.step import Row
from ftstudio.data.steps.edit_rows import STEP, Edit, EditParams, as_params, edits_of
from tests.unit.data.conftest import example, labelled, pair

ROWS = [
    Row(example("A?", "a", 1)), Row(pair("B?", "b", "x", 2)), Row(labelled("C", "c", row=3)),
    Row(Example(text="page", source_row=4)), Row(example("E?", "e", 5)),
]  # fmt: skip


def test_each_kind_can_be_edited():
    params = as_params({
        1: Edit(answer="Ä"), 2: Edit(answer="better", worse="worse"), 3: Edit(labels=["d", "e"]),
        4: Edit(text="new page"), 5: Edit(remove="Not ours."), 99: Edit(answer="of no row"),
    })  # fmt: skip
    assert STEP.find(ROWS, params).rows == [1, 2, 3, 4, 5]
    outcome = STEP.apply(ROWS, params)
    one, two, three, four = (row.example for row in outcome.rows)
    assert (one.question, one.answer) == ("A?", "Ä")
    assert (two.chosen[0].content, two.rejected[0].content) == ("better", "worse")
    assert three.labels == ["d", "e"]
    assert four.text == "new page"
    assert outcome.reasons == {5: "Not ours."}
    assert outcome.changed == [1, 2, 3, 4]
    assert STEP.apply(outcome.rows, params).changed == []


def test_turns_by_their_place():
    outcome = STEP.apply(ROWS, as_params({1: Edit(turns={0: "Q", 1: "R", 7: "none"})}))
    assert (outcome.rows[0].example.question, outcome.rows[0].example.answer) == ("Q", "R")


def test_what_a_kind_has_not_is_not_given_to_it():
    outcome = STEP.apply(ROWS, as_params({1: Edit(text="x", labels=["y"], number=1.0, good=True)}))
    assert outcome.changed == []


def test_edits_are_remembered_as_they_were():
    edits = {1: Edit(answer="Ä"), 2: Edit(turns={1: "x"}), 3: Edit(number=0.0)}
    assert edits_of(as_params(edits)) == edits


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": {}}', '{"1": {"colour": "red"}}', '{"1": 2}']
)
def test_what_cannot_be_read_is_told(text):
    with pytest.raises(StudioError) as caught:
        STEP.apply(ROWS, EditParams(edits=text))
    assert caught.value.code == "edits_unreadable"
