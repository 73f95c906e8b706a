"""Refusing answers go, with their words as the reason; a worse answer may refuse."""

import json

from ftstudio.core.params import Params
from ftstudio.data.step import Row
from ftstudio.data.steps.drop_refusals import STEP
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.conftest import example, pair, rows_of


def test_refusals_go():
    rows = rows_of(("Who won?", "As an AI language model, I can't know."), ("Who?", "Ann."))
    found = STEP.find(rows, Params())
    assert (found.rows, found.severity) == ([1], "look")
    outcome = STEP.apply(rows, Params())
    assert outcome.reasons == {1: "The answer says “As an AI language model”."}
    assert STEP.find(outcome.rows, Params()).severity == "fine"


def test_the_worse_answer_may_refuse():
    rows = [Row(pair("a", "Sure: 1.", "I'm sorry, but I can't help with that.", 1)),
            Row(pair("a", "I'm sorry, but I can't help with that.", "Sure: 1.", 2))]  # fmt: skip
    assert STEP.apply(rows, Params()).removed == [2]
    bad = example("a", "I cannot help with that.", 1).model_copy(update={"good": False})
    assert STEP.apply([Row(bad)], Params()).removed == []


@needs_shared
def test_few_of_real_answers():
    path = SHARED / "hiyouga__LLaMA-Factory" / "alpaca_en_demo.json"
    rows = [Row(example(row["instruction"], row["output"], number))
            for number, row in enumerate(json.loads(path.read_text("utf-8")), start=1)]  # fmt: skip
    assert 15 <= len(STEP.find(rows, Params()).rows) <= 40
