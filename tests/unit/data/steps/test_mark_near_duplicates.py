"""Near duplicates are marked as a group, or one of each is kept."""

import json
from dataclasses import replace

from ftstudio.data.step import Row, steps
from ftstudio.data.steps.mark_near_duplicates import STEP, NearParams
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.conftest import example, rows_of

ROWS = rows_of(
    (
        "How do I reset the password of my account when I have lost my old phone?",
        "Open the settings and choose Reset.",
    ),
    ("What does the standard delivery cost?", "Five euros, and nothing above fifty."),
    (
        "How do I reset the passwort of my account when I have lost my old phone?",
        "Open the settings and choose Reset",
    ),
)


def test_all_are_kept_and_marked():
    found = STEP.find(ROWS, NearParams())
    assert (found.rows, found.severity) == ([1, 3], "look")
    assert "1 group" in found.sentence
    outcome = STEP.apply(ROWS, NearParams())
    assert [row.near for row in outcome.rows] == ["near-1", None, "near-1"]
    assert outcome.removed == []
    again = STEP.find(outcome.rows, NearParams())
    assert (again.severity, again.title) == ("fine", "Near duplicates are marked")


def test_one_of_each_group():
    outcome = STEP.apply(ROWS, NearParams(keep="one"))
    assert [row.number for row in outcome.rows] == [1, 2]
    assert outcome.reasons == {3: "It says nearly the same as row 1."}


def test_it_is_looked_at_only_when_asked():
    assert STEP.slow
    assert steps()["mark_near_duplicates"] is STEP


@needs_shared
def test_sums_of_one_pattern_are_not_thrown_together():
    lines = (SHARED / "openai__grade-school-math" / "test.jsonl").read_text("utf-8").splitlines()
    rows = [Row(example(row["question"], row["answer"], number))
            for number, row in enumerate(map(json.loads, lines), start=1)]  # fmt: skip
    assert len(STEP.find(rows, NearParams()).rows) < 10


def test_groups_that_other_steps_found_are_joined_not_forgotten():
    rows = [replace(row, near="meaning-2") if row.number in (1, 2) else row for row in ROWS]
    outcome = STEP.apply(rows, NearParams())
    assert [row.near for row in outcome.rows] == ["meaning-2"] * 3
    assert outcome.changed == [3]
    assert STEP.find(outcome.rows, NearParams()).rows == []


def test_copies_made_on_purpose_are_not_told():
    """They have their origin's group, so that none crosses the split."""
    copies = [
        replace(row, example=row.example.model_copy(
            update={"source_row": -place, "meta": {"copy_of": row.number}}))
        for place, row in enumerate(ROWS, start=1)
    ]  # fmt: skip
    assert STEP.find([ROWS[1], copies[1]], NearParams()).title == "Nothing nearly the same"
    found = STEP.find([*ROWS, *copies], NearParams())
    assert found.rows == [1, 3]
    assert "2 rows say" in found.sentence
