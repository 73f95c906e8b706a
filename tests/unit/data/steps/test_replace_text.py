"""Words and patterns, where they are wanted, within their time."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.steps.replace_text import STEP, ReplaceParams
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("Hello Bob (1)", "bob says: hi"), ("x", "y"))


def done(**params):
    outcome = STEP.apply(ROWS, ReplaceParams(**params))
    return outcome.rows[0].example.question, outcome.rows[0].example.answer, outcome.changed


def test_words_are_taken_as_they_stand():
    assert done(pattern="(1)", by=r"\1") == (r"Hello Bob \1", "bob says: hi", [1])
    assert done(pattern="Bob", by="Ann")[:2] == ("Hello Ann (1)", "bob says: hi")
    assert done(pattern="Bob", by="Ann", any_case=True)[1] == "Ann says: hi"
    assert done(pattern="Bob", any_case=True, where="answers") == (
        "Hello Bob (1)",
        " says: hi",
        [1],
    )
    assert done(pattern="o", by="0", where="questions")[1] == "bob says: hi"


def test_patterns_have_groups():
    assert done(pattern=r"(\w+) Bob", by=r"\1!", as_pattern=True)[0] == "Hello! (1)"


def test_nothing_to_look_for_changes_nothing():
    assert STEP.apply(ROWS, ReplaceParams()).rows == ROWS
    assert STEP.find(ROWS, ReplaceParams(pattern="Bob")).rows == [1]


@pytest.mark.parametrize("params", [{"pattern": "(a"}, {"pattern": "a", "by": r"\2"}])
def test_a_wrong_pattern_is_told(params):
    with pytest.raises(StudioError) as caught:
        STEP.apply(rows_of(("a", "a")), ReplaceParams(as_pattern=True, **params))
    assert caught.value.code == "pattern_wrong"


def test_a_pattern_that_would_never_end_is_given_up():
    rows = rows_of(("a" * 40 + "!", "x"))
    with pytest.raises(StudioError) as caught:
        STEP.apply(rows, ReplaceParams(pattern="(a|aa)+$", as_pattern=True))
    assert caught.value.code == "pattern_slow"
