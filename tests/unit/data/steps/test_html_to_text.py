"""Texts copied from the web become plain; code and comparisons stay."""

from ftstudio.core.params import Params
from ftstudio.data.steps.html_to_text import STEP
from tests.unit.data.conftest import rows_of


def test_tags_go():
    rows = rows_of(("What is <b>this</b>?", "<p>One &amp; two</p>"), ("a < b", "`<br>`"))
    assert STEP.find(rows, Params()).rows == [1]
    outcome = STEP.apply(rows, Params())
    assert outcome.rows[0].example.question == "What is this?"
    assert outcome.rows[0].example.answer == "One & two"
    assert outcome.rows[1] is rows[1]
    assert STEP.find(outcome.rows, Params()).severity == "fine"
