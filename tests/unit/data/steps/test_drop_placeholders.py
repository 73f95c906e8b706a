"""Rows with gaps are named with their gaps."""

import json

from ftstudio.core.params import Params
from ftstudio.data.step import Row
from ftstudio.data.steps.drop_placeholders import STEP
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.conftest import example, rows_of


def test_gaps_are_named():
    rows = rows_of(("Who are you?", "I am {{name}}."), ("Bye", "Yours, Ann"))
    found = STEP.find(rows, Params())
    assert found.rows == [1]
    assert "{{name}}" in found.sentence
    outcome = STEP.apply(rows, Params())
    assert outcome.reasons == {1: "It holds the gap {{name}}."}
    assert STEP.find(outcome.rows, Params()).severity == "fine"


@needs_shared
def test_the_identity_file_must_warn():
    path = SHARED / "hiyouga__LLaMA-Factory" / "identity.json"
    rows = [Row(example(row["instruction"], row["output"], number))
            for number, row in enumerate(json.loads(path.read_text("utf-8")), start=1)]  # fmt: skip
    found = STEP.find(rows, Params())
    assert found.count > 70
    assert "{{name}}, {{author}}" in found.sentence
