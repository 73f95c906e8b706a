"""Two answers side by side with a winner become a pair."""

import json

import pytest

from ftstudio.core.example import Example
from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.duel import LAYOUT
from ftstudio.data.table import Problem

ROLES = {"q": "prompt", "a": "first", "b": "second", "w": "winner"}


def made(winner, first="Yes.", second="No.", question="Lit?"):
    row = {"_row": "3", "q": question, "a": first, "b": second, "w": winner}
    return LAYOUT.to_example(row, ROLES)


@pytest.mark.parametrize("word", ["a", "A", "1", "model_a", "Left"])
def test_the_first_wins(word):
    example = made(word)
    assert (example.answer, example.rejected[0].content) == ("Yes.", "No.")
    assert (example.kind, example.source_row) == ("preference", 3)


@pytest.mark.parametrize("word", ["b", "2", "model_b", "right"])
def test_the_second_wins(word):
    assert made(word).answer == "No."


def test_turns_are_read():
    talk = json.dumps([{"role": "user", "content": "Lit?"}, {"role": "assistant", "content": "Y"}])
    assert isinstance(example := made("a", first=talk), Example)
    assert [m.content for m in example.chosen] == ["Y"]


@pytest.mark.parametrize(
    ("row", "word"),
    [(made("tie"), "Neither"), (made("xyz"), "does not say"), (made(""), "does not say"),
     (made("a", question=""), "Nothing is asked")],
)  # fmt: skip
def test_problems(row, word):
    assert isinstance(row, Problem)
    assert word in row.reason


def test_guessed(read_text):
    lines = ["prompt,response_a,response_b,winner"]
    lines += [f"Is {i} lit?,Yes it is {i},No {i},{'ab'[i % 2]}" for i in range(20)]
    best = guess_layouts(read_text("a.csv", "\n".join(lines)))[0]
    assert best.layout == "duel"
    assert best.mapping == {"response_a": "first", "response_b": "second", "winner": "winner",
                            "prompt": "prompt"}  # fmt: skip


def test_two_answers_without_a_winner_are_none(read_text):
    lines = ["prompt,response_a,response_b,shop"]
    lines += [f"Is {i} lit?,Yes it is {i},No {i},{'xy'[i % 2]}" for i in range(20)]
    ranked = guess_layouts(read_text("a.csv", "\n".join(lines)))
    assert next(g for g in ranked if g.layout == "duel").confidence < 0.1
