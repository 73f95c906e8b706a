"""Tokens count where they are known, an estimate otherwise, and the sentence says which."""

from ftstudio.data.step import Row
from ftstudio.data.steps.drop_long import STEP, LongParams
from tests.unit.data.conftest import rows_of


def test_tokens_win_over_the_estimate():
    rows = rows_of(("short", "short"), ("w" * 4000, "x"))
    params = LongParams(limit=100)
    assert STEP.find(rows, params).rows == [2]
    assert "about 100 tokens" in STEP.find(rows, params).sentence
    counted = [Row(rows[0].example, 500), Row(rows[1].example, 90)]
    found = STEP.find(counted, params)
    assert found.rows == [1]
    assert "about" not in found.sentence
    assert STEP.apply(counted, params).removed == [1]
