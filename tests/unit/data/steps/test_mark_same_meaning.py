"""What a model found stays with the step: it is done again without the model, and new rows are
told."""

from dataclasses import replace

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data import meant, row_outline
from ftstudio.data.drafting.chain import Chain
from ftstudio.data.meant import Group
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import Row
from ftstudio.data.steps.mark_same_meaning import STEP, MeaningParams
from tests.unit.data.conftest import example, labelled, rows_of

ROWS = rows_of(
    ("how long does delivery take?", "two days."),
    ("is it waterproof?", "no."),
    ("when will my parcel be here?", "in two days."),
    ("how many days until it comes?", "two."),
)
GROUPS = [Group(["3", "1", "4"], [1.0, 0.95, 0.91])]


def compared(rows, groups=GROUPS, **more):
    read = {row.key: meant.outline_of(row.example) for row in rows}
    values = {"read": row_outline.written(read), "groups": meant.written(groups), "at": 0.9,
              "parts": "both", **more}  # fmt: skip
    return MeaningParams(**values)


def test_all_are_kept_and_marked_with_the_likeness():
    outcome = STEP.apply(ROWS, compared(ROWS))
    assert [row.near for row in outcome.rows] == ["meaning-3", None, "meaning-3", "meaning-3"]
    assert outcome.changed == [1, 3, 4]
    assert outcome.reasons == {1: "It means the same as row 3 (0.95 alike).",
                               4: "It means the same as row 3 (0.91 alike)."}  # fmt: skip
    assert (outcome.removed, outcome.remark) == ([], "")


def test_one_of_each_group():
    outcome = STEP.apply(ROWS, compared(ROWS, keep="one"))
    assert [row.number for row in outcome.rows] == [2, 3]
    assert outcome.removed == [1, 4]
    assert outcome.reasons[1] == "It means the same as row 3 (0.95 alike)."


def test_a_stricter_threshold_needs_no_model_a_milder_one_does():
    strict = STEP.apply(ROWS, compared(ROWS, threshold=0.93))
    assert [row.near for row in strict.rows] == ["meaning-3", None, "meaning-3", None]
    assert strict.remark == ""
    assert "compare again" in STEP.apply(ROWS, compared(ROWS, threshold=0.8)).remark
    assert "compare again" in STEP.apply(ROWS, compared(ROWS, part="question")).remark


def test_groups_that_meet_are_one_for_the_split():
    rows = [replace(row, near="near-2") if row.number in (2, 4) else row for row in ROWS]
    outcome = STEP.apply(rows, compared(rows))
    assert {row.near for row in outcome.rows} == {outcome.rows[0].near}


def test_new_and_changed_rows_are_in_no_group_and_told():
    params = compared(ROWS)
    rows = [*ROWS[:3], Row(example("where can i return it?", "at any shop.", 4)),
            Row(example("one more", "answer", 5))]  # fmt: skip
    outcome = STEP.apply(rows, params)
    assert [row.near for row in outcome.rows] == ["meaning-3", None, "meaning-3", None, None]
    assert outcome.remark.startswith("2 rows are new or have changed since the model compared")


def test_where_the_representative_is_gone_nothing_is_left_out():
    rows = [ROWS[0], ROWS[1], ROWS[3]]
    assert STEP.apply(rows, compared(ROWS, keep="one")).removed == []
    kept = STEP.apply(rows, compared(ROWS))
    assert [row.near for row in kept.rows] == ["meaning-3", None, "meaning-3"]


def test_the_same_text_of_another_class_is_never_left_out():
    said = [("too loud", "complaint"), ("so loud", "praise"), ("very loud", "complaint")]
    rows = [Row(labelled(text, label, row=i)) for i, (text, label) in enumerate(said, start=1)]
    groups = [Group(["1", "2", "3"], [1.0, 0.97, 0.96])]
    assert STEP.apply(rows, compared(rows, groups, keep="one")).removed == [3]


def test_without_a_model_it_does_nothing_and_says_so():
    outcome = STEP.apply(ROWS, MeaningParams())
    assert outcome.rows == ROWS
    assert "No model has compared" in outcome.remark
    assert "No model has compared" in STEP.find(ROWS, MeaningParams()).sentence


def test_what_it_finds_is_told_in_rows_and_groups():
    found = STEP.find(ROWS, compared(ROWS))
    assert (found.rows, found.severity) == ([1, 3, 4], "look")
    assert "(1 group)" in found.sentence


def test_the_remark_is_part_of_the_recipe():
    recipe = [AppliedStep(key="mark_same_meaning", params=compared(ROWS).model_dump())]
    Chain([*ROWS, Row(example("new", "row", 9))]).run(recipe)
    assert "1 row is new or has changed" in recipe[0].remark
    Chain(ROWS).run(recipe)
    assert recipe[0].remark == ""


def test_a_damaged_list_is_told():
    with pytest.raises(StudioError, match="can't be read"):
        STEP.apply(ROWS, MeaningParams(read="1:2", groups="1 2"))
