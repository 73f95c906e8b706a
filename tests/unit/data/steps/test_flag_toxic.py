"""Words of the list are noted, in answers only where wanted."""

from ftstudio.data.steps.flag_toxic import STEP, ToxicParams
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("You asshole, where is my parcel?", "On its way."), ("Hi", "Hello."))


def test_words_are_noted():
    assert not STEP.by_default
    assert not STEP.offered
    assert STEP.find(ROWS, ToxicParams()).rows == [1]
    assert STEP.find(ROWS, ToxicParams(answers_only=True)).rows == []
    outcome = STEP.apply(ROWS, ToxicParams())
    assert [set(row.flags) for row in outcome.rows] == [{"toxic"}, set()]
    assert STEP.find(outcome.rows, ToxicParams()).severity == "fine"
