"""Answers of a model find the rows whose question they answer."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.annotation.answers import match_answers, read_answers
from ftstudio.data.judged import key_of
from tests.unit.data.conftest import rows_of


def test_lines_of_several_shapes(tmp_path):
    path = tmp_path / "answers.jsonl"
    turns = [{"role": "system", "content": "s"}, {"role": "user", "content": "C?"},
             {"role": "assistant", "content": "c"}]  # fmt: skip
    lines = [{"question": "A?", "answer": "a"}, {"Prompt": "B?", "completion": "b"},
             {"messages": turns}, {"question": "no answer"}, [1], "x"]  # fmt: skip
    path.write_text("\n".join([*map(json.dumps, lines), "{broken"]), "utf-8")
    assert read_answers(path) == [("A?", "a"), ("B?", "b"), ("C?", "c")]


@pytest.mark.parametrize("content", ["", "plain words", '{"question": "A?"}'])
def test_files_without_answers_are_refused(tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(StudioError) as caught:
        read_answers(path)
    assert caught.value.code == "answers_unreadable"
    with pytest.raises(StudioError):
        read_answers(tmp_path / "missing.jsonl")


def test_questions_are_matched_loosely_and_equal_answers_are_no_second_one():
    rows = rows_of(("Where is it?", "Here."), ("Why?", "So."), ("Who?", "Me."))
    pairs = [(" where is IT", "old"), ("Where is it?", "There."), ("Why?", "So."), ("Else?", "x")]
    assert match_answers(rows, pairs) == {key_of(rows[0].example): "There."}
