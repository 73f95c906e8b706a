"""The contract of all the steps: find, act, and find nothing more."""

from dataclasses import replace

import pytest

from ftstudio.data.step import Examples, fresh_numbers, rows_are, steps
from tests.unit.data.conftest import rows_of

MESSY = rows_of(
    (" What is lit? ", "The lamp."), ("what is LIT?", "the lamp."), ("", "Nothing."),
    ("Why?", "  "), ("Why?", "Because."), ("Why?", "Just so."), ("How long?", "word " * 900),
)  # fmt: skip


def test_all_are_found():
    keys = list(steps())
    assert {"trim", "drop_empty", "drop_exact_duplicates", "drop_long"} <= set(keys)
    assert [k for k in keys if steps()[k].by_default] == [
        "trim", "drop_empty", "drop_exact_duplicates"
    ]  # fmt: skip


SAFE = ("trim", "drop_empty", "drop_exact_duplicates", "drop_long", "drop_contradictions")


@pytest.mark.parametrize("step", steps().values(), ids=lambda step: step.key)
def test_each_keeps_the_contract(step):
    params = step.params()
    numbers = {row.number for row in MESSY}
    before = list(MESSY)
    found = step.find(MESSY, params)
    assert found.key
    assert found.sentence.endswith(".")
    assert set(found.rows) <= numbers
    assert bool(found.count) == (found.severity != "fine")
    assert step.find([], params).count == 0
    outcome = step.apply(MESSY, params)
    assert before == MESSY
    assert step.apply(MESSY, params) == outcome
    assert len(outcome.rows) + len(outcome.removed) == len(MESSY) + len(outcome.added)
    left = {row.number for row in outcome.rows}
    assert left == (numbers - set(outcome.removed)) | set(outcome.added)
    assert set(outcome.changed) <= left
    assert set(outcome.reasons) <= set(outcome.removed)
    assert all(number < 0 for number in outcome.added)
    assert step.apply([], params).rows == []


@pytest.mark.parametrize("key", SAFE)
def test_what_a_remedy_remedies_is_not_found_again(key):
    step = steps()[key]
    found = step.find(MESSY, step.params())
    assert found.severity in ("blocks", "look")
    assert found.rows
    assert found.remedy_title
    assert found.step_key == key
    outcome = step.apply(MESSY, step.params())
    after = step.find(outcome.rows, step.params())
    assert (after.count, after.severity, after.remedy_title) == (0, "fine", "")
    assert step.apply(outcome.rows, step.params()).rows == outcome.rows


def test_a_step_says_what_it_is_for():
    step = replace(steps()["trim"], kinds=("text", "label"))
    assert step.suits("label")
    assert not step.suits("chat")
    assert steps()["trim"].suits("chat")


def test_added_rows_have_numbers_that_no_file_has():
    assert fresh_numbers(MESSY, 2) == [-1, -2]
    copy = MESSY[0].example.model_copy(update={"source_row": -4})
    copied = [*MESSY, replace(MESSY[0], example=copy)]
    assert fresh_numbers(copied, 1) == [-5]
    assert fresh_numbers([], 1) == [-1]


def test_the_verb_agrees():
    assert rows_are(1, "has", "have") == "1 row has"
    assert rows_are(1200, "has", "have") == "1,200 rows have"


def test_examples_are_seen_through_their_rows():
    seen = Examples(MESSY)
    assert list(seen) == [row.example for row in MESSY]
    assert len(seen) == len(MESSY)
    assert seen[1] is MESSY[1].example
    assert seen[-1] is MESSY[-1].example
    assert seen[1:3] == [row.example for row in MESSY[1:3]]
