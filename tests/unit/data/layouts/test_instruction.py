"""Instruction and text make the question; the history comes before."""

import json

from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.instruction import LAYOUT
from ftstudio.data.table import Problem
from tests.unit.data.columns.test_column_roles import column

MAPPING = {"i": "instruction", "t": "input", "o": "output", "h": "history", "s": "system"}


def row(**cells):
    return {"_row": "3", "i": "Sum up.", "t": "A lamp.", "o": "Lamp", "h": "", "s": "", **cells}


def test_instruction_and_text_are_one_question():
    made = LAYOUT.to_example(row(), MAPPING)
    assert made.question == "Sum up.\n\nA lamp."
    assert LAYOUT.to_example(row(t=" "), MAPPING).question == "Sum up."
    assert LAYOUT.to_example(row(i=""), MAPPING).question == "A lamp."


def test_history_and_system_come_first():
    made = LAYOUT.to_example(row(h='[["Hi", "Hello"]]', s="Be kind."), MAPPING)
    assert [m.role for m in made.messages] == [
        "system", "user", "assistant", "user", "assistant"
    ]  # fmt: skip
    assert made.messages[1].content == "Hi"


def test_a_history_that_is_none_is_a_problem():
    made = LAYOUT.to_example(row(h='["Hi"]'), MAPPING)
    assert isinstance(made, Problem)
    assert made.row == 3


def test_a_passage_makes_it_an_instruction_a_label_does_not():
    names = [column("question"), column("answer")]
    passage = LAYOUT.guess([*names, column("context", length=400.0)], [])
    label = LAYOUT.guess([*names, column("context", length=6.0)], [])
    assert passage.confidence > 0.95 > label.confidence
    assert passage.mapping["context"] == "input"


def test_earlier_turns_are_not_lost_by_a_plainer_layout(read_text):
    """“prompt, response, history”, as GLM's tools write it."""
    lines = [json.dumps({"prompt": f"Lit {i}?", "response": "Yes.", "history": [["Hi", "Ho"]]})
             for i in range(20)]  # fmt: skip
    best = guess_layouts(read_text("a.jsonl", "\n".join(lines)))[0]
    assert (best.layout, best.mapping["history"]) == ("instruction", "history")
    assert best.confidence >= 0.8
