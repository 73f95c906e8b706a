"""What every decision to leave something as it is must be."""

from ftstudio.data.step import Step
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("Whom may I write to?", "anna@example.org."), ("Lit?", "Yes."))


def demand_that_no_row_is_changed(step: Step) -> None:
    outcome = step.apply(ROWS, step.params(rows=1))
    assert outcome.rows == ROWS
    assert (outcome.removed, outcome.changed, outcome.added) == ([], [], [])


def demand_that_it_settles(step: Step, about: str) -> None:
    assert step.settles == about
    assert not step.offered
    assert not step.by_default
