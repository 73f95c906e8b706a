"""The first of each stays; case, spaces and how letters are composed don't count."""

from ftstudio.core.params import Params
from ftstudio.data.steps.drop_exact_duplicates import STEP
from tests.unit.data.conftest import rows_of


def test_the_first_stays():
    rows = rows_of(("Lit?", "Yes."), ("lit?", " YES. "), ("Lit?", "No."), ("Cafe\u0301", "x"),
                   ("Café", "x"))  # fmt: skip
    outcome = STEP.apply(rows, Params())
    assert outcome.removed == [2, 5]
    assert [row.number for row in outcome.rows] == [1, 3, 4]
