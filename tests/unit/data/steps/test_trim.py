"""Only the ends of texts change, in every turn."""

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params
from ftstudio.data.step import Row
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


@pytest.mark.parametrize(
    ("text", "left"),
    [("\n    def f():\n        return 1\n", "    def f():\n        return 1"),
     ("    return a + b\n", "    return a + b"), ("\tif x:\n\t\ty", "\tif x:\n\t\ty"),
     ("        self.x = 1", "        self.x = 1"),
     ("  a poem\n  of lines\n", "  a poem\n  of lines"),
     ("  - item\n    - below", "  - item\n    - below"),
     (" Paris is.\nIt is.", "Paris is.\nIt is."),
     ("    x", "x"), ("    If so, it is Paris.", "If so, it is Paris."), ("  12", "12"),
     ("    return", "return"), ("\u3000\u3000春天", "春天"), ("שלום\u200f ", "שלום\u200f"),
     (" 👨\u200d👩\u200d👧 ", "👨\u200d👩\u200d👧"), (" e\u0301 ", "e\u0301"), (" \n ", "")],
)  # fmt: skip
def test_an_indent_that_says_where_a_line_belongs_stays(text, left):
    outcome = STEP.apply(rows_of(("a", text)), Params())
    assert outcome.rows[0].example.answer == left
    assert STEP.find(outcome.rows, Params()).rows == []


def test_the_line_behind_a_picture_stays_one():
    talk = [Message(role="user", content="<image>\nWhat is it? "),
            Message(role="assistant", content="A cat")]  # fmt: skip
    rows = [Row(Example(messages=talk, images=["a.png"], source_row=1))]
    trimmed = STEP.apply(rows, Params()).rows[0].example
    assert trimmed.question == "<image>\nWhat is it?"
    assert trimmed.images == ["a.png"]
