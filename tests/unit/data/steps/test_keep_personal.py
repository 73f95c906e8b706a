"""The decision changes no row and settles the finding it is about."""

from ftstudio.data.steps.keep_personal import STEP
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("Whom may I write to?", "anna@example.org."), ("Lit?", "Yes."))


def test_no_row_is_changed():
    outcome = STEP.apply(ROWS, STEP.params(rows=1))
    assert outcome.rows == ROWS
    assert (outcome.removed, outcome.changed, outcome.added) == ([], [], [])


def test_it_settles_one_step():
    assert STEP.settles == "hide_personal"
    assert not STEP.offered
    assert not STEP.by_default
