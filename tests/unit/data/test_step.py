"""The contract of all the steps: find, act, and find nothing more."""

import pytest

from ftstudio.data.step import rows_are, steps
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


@pytest.mark.parametrize("step", steps().values(), ids=lambda step: step.key)
def test_each_keeps_the_contract(step):
    params = step.params()
    found = step.find(MESSY, params)
    assert found.count > 0
    assert found.severity in ("blocks", "look")
    assert found.rows
    assert found.remedy_title
    assert found.sentence.endswith(".")
    assert found.step_key == step.key
    outcome = step.apply(MESSY, params)
    assert len(outcome.rows) + len(outcome.removed) == len(MESSY)
    assert set(outcome.removed) | set(outcome.changed) <= {row.number for row in MESSY}
    after = step.find(outcome.rows, params)
    assert (after.count, after.severity, after.remedy_title) == (0, "fine", "")
    assert step.apply(outcome.rows, params).rows == outcome.rows
    assert step.find([], params).count == 0


def test_the_verb_agrees():
    assert rows_are(1, "has", "have") == "1 row has"
    assert rows_are(1200, "has", "have") == "1,200 rows have"
