"""The first of each stays; case, spaces and how letters are composed don't count."""

from ftstudio.core.params import Params
from ftstudio.data.step import Row
from ftstudio.data.steps.drop_exact_duplicates import STEP
from tests.unit.data.conftest import example, rows_of


def test_the_first_stays():
    rows = rows_of(("Lit?", "Yes."), ("lit?", " YES. "), ("Lit?", "No."), ("Cafe\u0301", "x"),
                   ("Café", "x"))  # fmt: skip
    outcome = STEP.apply(rows, Params())
    assert outcome.removed == [2, 5]
    assert [row.number for row in outcome.rows] == [1, 3, 4]


def test_a_row_s_own_examples_are_compared_too():
    rows = [Row(example("Lit?", said, 7, meta={"case": case}))
            for case, said in enumerate(["Yes.", "No.", "yes."], start=1)]  # fmt: skip
    assert STEP.find(rows, Params()).count == 1
    outcome = STEP.apply(rows, Params())
    assert [row.key for row in outcome.rows] == ["7.1", "7.2"]
    assert outcome.reasons == {7: "It says the same as another example of its row."}


def test_copies_made_on_purpose_are_not_told():
    """Else the report would offer to undo the balance that was just asked for."""
    rows = [*rows_of(("Lit?", "Yes.")), Row(example("Lit?", "Yes.", -1, meta={"copy_of": 1}))]
    assert STEP.find(rows, Params()).title == "No duplicates"
    assert STEP.find([*rows, Row(example("lit?", "yes.", 2))], Params()).rows == [2]
