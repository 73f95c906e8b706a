"""Nested cells are shown in words; what is no nested value is shown as it stands."""

import json

import pytest

from ftstudio.data.columns.cells import in_words

SHOWN = [
    ([{"from": "human", "value": "Hi!\nYou?"}, {"from": "gpt", "value": "Hello."}],
     "human: Hi! You? → gpt: Hello."),
    ([{"role": "user", "content": [{"type": "text", "text": "Who?"}, {"type": "image"}]}],
     "user: Who? (image)"),
    ({"from": "gpt", "value": "Yes."}, "gpt: Yes."),
    ([{"input": "", "output": "Oats."}, {"input": "b", "output": "c"}],
     "output: Oats. | input: b · output: c"),
    (["one", "two"], "one · two"),
    ({"a": {"b": {"c": {"d": {"e": 1}}}}}, "a: b: c: d: …"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "words"), SHOWN)
def test_in_words(value, words):
    assert in_words(json.dumps(value)) == words


@pytest.mark.parametrize("text", ["", None, "plain", "[broken", "[1] note", "x" * 200_000])
def test_as_it_stands(text):
    assert in_words(text) == text


def test_no_longer_than_can_be_seen():
    assert len(in_words(json.dumps(["word " * 50] * 50))) <= 400


def test_empty_lists_are_empty():
    assert in_words("[]") is None
    assert in_words("{}") is None
