"""Only the ends of texts change, in every turn."""

from ftstudio.core.params import Params
from ftstudio.data.steps.trim import STEP
from tests.unit.data.conftest import rows_of


def test_only_the_ends_change():
    rows = rows_of(("\u00a0 a  b\n", "\ufeffcode:\n    x \t"), ("clean", "clean"))
    outcome = STEP.apply(rows, Params())
    assert outcome.rows[0].example.question == "a  b"
    assert outcome.rows[0].example.answer == "code:\n    x"
    assert outcome.changed == [1]
    assert outcome.rows[1] is rows[1]
    assert STEP.find(rows, Params()).rows == [1]


def test_spaces_within_are_left_however_many():
    """A pattern that looks for an end at each of them would take hours."""
    long = "a" + " " * 300_000 + "b"
    assert STEP.find(rows_of((long, "x")), Params()).rows == []
