"""Signs are noted and nothing is removed."""

from ftstudio.core.params import Params
from ftstudio.data.steps.flag_quality import STEP
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("Why?", "Because it rains."), ("Go on", "again and again we say " * 12),
               ("What is it called?", "https://example.org/x"))  # fmt: skip


def test_signs_are_noted():
    found = STEP.find(ROWS, Params())
    assert found.rows == [2, 3]
    assert "repeats the same words" in found.sentence
    outcome = STEP.apply(ROWS, Params())
    assert [sorted(row.flags) for row in outcome.rows] == [
        [], ["quality:repeats_words"], ["quality:link_only"]]  # fmt: skip
    assert [row.example for row in outcome.rows] == [row.example for row in ROWS]
    assert STEP.find(outcome.rows, Params()).severity == "fine"
