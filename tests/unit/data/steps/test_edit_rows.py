"""What a person wrote stands in the row; the rest stays."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import guess_layouts
from ftstudio.data.step import Row
from ftstudio.data.steps.edit_rows import STEP, Edit, EditParams, as_params, edits_of
from ftstudio.data.versions.stored import row_id
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


def test_one_example_of_a_row_or_all_of_them(read_text):
    cases = [{"input": str(n), "output": f"{n} apples"} for n in range(3)]
    lines = [json.dumps({"instruction": f"Count {i}.", "instances": cases}) for i in range(12)]
    table = read_text("seeds.jsonl", "\n".join(lines))
    best = guess_layouts(table)[0]
    rows = make_rows(table, best.layout, best.mapping)[0]
    assert [row.key for row in rows[:4]] == ["1.1", "1.2", "1.3", "2.1"]
    params = as_params({"1.2": Edit(answer="two"), 2: Edit(answer="none"), "3.3": Edit(remove="x")})
    assert edits_of(params)["1.2"].answer == "two"
    outcome = STEP.apply(rows, params)
    answers = [row.example.answer for row in outcome.rows[:8]]
    assert answers == ["0 apples", "two", "2 apples", *["none"] * 3, "0 apples", "1 apples"]
    assert len(outcome.rows) == len(rows) - 1
    bare = [row.example.model_copy(update={"meta": {}}) for row in rows]
    assert [row_id(one) for one in bare] == [row_id(row.example) for row in rows]


def test_a_row_of_one_example_has_its_number_for_a_key():
    assert [row.key for row in ROWS] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": {}}', '{"1": {"colour": "red"}}', '{"1": 2}', '{"1.x": {}}']
)
def test_what_cannot_be_read_is_told(text):
    with pytest.raises(StudioError) as caught:
        STEP.apply(ROWS, EditParams(edits=text))
    assert caught.value.code == "edits_unreadable"
