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


@pytest.mark.parametrize(
    ("key", "settings", "why"),
    [
        ("replace_text", {}, "Say what is to be looked for."),
        ("replace_text", {"pattern": "a", "by": "a"}, "are the same"),
        ("replace_text", {"pattern": "(", "as_pattern": True}, "no pattern that can be read"),
        ("map_values", {"same_case": False}, "Name a class"),
        ("map_values", {"pairs": "pos positive"}, "no pair of names"),
        ("balance_labels", {}, "at most, or at least"),
        ("balance_labels", {"most": 5, "least": 6}, "can't be more than"),
        ("drop_by_length", {"shortest_question": 0}, "how short or how long"),
        ("drop_by_length", {"shortest_answer": 30, "longest": 20}, "every one would be left out"),
        ("keep_language", {}, "Name the languages"),
        ("keep_language", {"languages": "Klingon"}, "There is no language klingon."),
        ("normalise", {"unicode": False, "spaces": False}, "Switch on"),
        ("add_hard_copies", {"typos": False, "padding": False}, "Switch on"),
    ],
)
def test_settings_that_could_do_nothing_are_told(key, settings, why):
    step = steps()[key]
    assert why in step.why_not(step.params.model_validate(settings))


def test_no_step_has_a_reproach_once_something_is_set():
    said = {"replace_text": {"pattern": "a"}, "balance_labels": {"most": 5, "least": 5},
            "keep_language": {"languages": "en"}}  # fmt: skip
    for key, step in steps().items():
        assert step.why_not(step.params.model_validate(said.get(key, {}))) == ""


def test_two_filters_by_length_are_told_apart_by_their_titles():
    by_length = [steps()[key].title for key in ("drop_by_length", "drop_long")]
    assert ["characters" in title for title in by_length] == [True, False]
    assert ["tokens" in title for title in by_length] == [False, True]
