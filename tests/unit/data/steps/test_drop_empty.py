"""Silence is found in any turn; a call of a tool is no silence."""

from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params
from ftstudio.data.step import Row
from ftstudio.data.steps.drop_empty import STEP
from tests.unit.data.conftest import rows_of


def test_question_and_answer_are_told_apart():
    found = STEP.find(rows_of(("", "a"), ("q", " \n"), ("q", "a")), Params())
    assert found.severity == "blocks"
    assert found.rows == [1, 2]
    assert "1 row has no question and 1 row has an empty answer" in found.sentence


def test_a_silent_turn_in_the_middle_counts_and_a_call_does_not():
    call = {"type": "function", "function": {"name": "f", "arguments": {}}}
    talk = [
        Message(role="user", content="Lit?"),
        Message(role="assistant", tool_calls=[call]),
        Message(role="tool", content=""),
        Message(role="assistant", content="Yes."),
    ]
    silent = [*talk, Message(role="user", content="Sure?"), Message(role="assistant"),
              Message(role="user", content="?"), Message(role="assistant", content="Yes."),
              ]  # fmt: skip
    rows = [Row(Example(messages=talk, source_row=1)), Row(Example(messages=silent, source_row=2))]
    assert STEP.apply(rows, Params()).removed == [2]
