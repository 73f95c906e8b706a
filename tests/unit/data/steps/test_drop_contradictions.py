"""One question with two answers is shown, and only the first answer kept if asked to."""

from ftstudio.core.params import Params
from ftstudio.data.steps.drop_contradictions import STEP
from tests.unit.data.conftest import rows_of


def test_two_answers_are_one_contradiction():
    rows = rows_of(("Lit?", "Yes."), ("lit?", "No."), ("Lit?", "yes."), ("Out?", "No."))
    found = STEP.find(rows, Params())
    assert found.count == 1
    assert found.rows == [1, 2, 3]
    assert "(3 rows)" in found.sentence
    assert STEP.apply(rows, Params()).removed == [2, 3]
    assert not STEP.by_default
