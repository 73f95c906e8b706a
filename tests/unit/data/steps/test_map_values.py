"""Spellings of one class become one, and named classes are renamed or taken away."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.step import Row
from ftstudio.data.steps.map_values import STEP, MapParams
from tests.unit.data.conftest import labelled

ROWS = [Row(labelled(f"t{n}", *labels, row=n)) for n, labels in enumerate(
    [("Billing",), ("billing ",), ("Billing",), ("neg",), ("pos", "neg")], start=1)]  # fmt: skip


def labels(outcome):
    return {row.number: row.example.labels for row in outcome.rows}


def test_the_commonest_spelling_wins():
    found = STEP.find(ROWS, MapParams())
    assert found.rows == [2]
    outcome = STEP.apply(ROWS, MapParams())
    assert labels(outcome)[2] == ["Billing"]
    assert STEP.find(outcome.rows, MapParams()).severity == "fine"


def test_classes_are_renamed_and_taken_away():
    outcome = STEP.apply(ROWS, MapParams(pairs="neg = ; pos=positive; BILLING=money"))
    assert labels(outcome) == {1: ["money"], 2: ["money"], 3: ["money"], 5: ["positive"]}
    assert outcome.removed == [4]
    assert "taken away" in outcome.reasons[4]
    assert set(outcome.changed) == {1, 2, 3, 5}


def test_only_as_it_is_written():
    outcome = STEP.apply(ROWS, MapParams(pairs="Billing=money", same_case=False))
    assert labels(outcome)[2] == ["billing "]


def test_an_unclear_pair_is_told():
    with pytest.raises(StudioError, match="no pair"):
        STEP.apply(ROWS, MapParams(pairs="neg"))


def test_of_a_row_s_several_examples_only_the_one_without_a_class_goes():
    rows = [Row(labelled(name, name, row=1).model_copy(update={"meta": {"case": case}}))
            for case, name in ((1, "odd"), (2, "even"))]  # fmt: skip
    outcome = STEP.apply(rows, MapParams(pairs="odd ="))
    assert [row.example.labels for row in outcome.rows] == [["even"]]
