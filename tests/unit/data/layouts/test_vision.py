"""Pictures are known when seen, and it is said that they can't be learned from yet."""

import json

import pytest

from ftstudio.core.example import Example
from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.vision import LAYOUT, NOT_YET, shows_pictures
from ftstudio.data.table import Problem


def talk(content) -> list:
    return [{"role": "user", "content": content}, {"role": "assistant", "content": "A lamp."}]


SHOWN = {
    "mark": talk("<image>Who?"),
    "part": talk([{"type": "image_url", "image_url": {"url": "x"}}]),
    "sharegpt": [{"from": "human", "value": "<image>\nWho?"}, {"from": "gpt", "value": "Me."}],
}


@pytest.mark.parametrize("turns", SHOWN.values(), ids=SHOWN.keys())
def test_guessed_before_conversations(read_text, turns):
    best = guess_layouts(read_text("a.jsonl", "\n".join([json.dumps({"messages": turns})] * 12)))[0]
    assert (best.layout, best.mapping) == ("vision", {"messages": "messages"})
    assert best.confidence >= 0.9
    assert NOT_YET in best.reason
    made = LAYOUT.to_example({"_row": "3", "m": json.dumps(turns)}, {"m": "messages"})
    assert isinstance(made, Problem)
    assert NOT_YET in made.reason


def test_files_and_captions(read_text):
    lines = ["file_name,text", *(f"pictures/{i}.jpg,A lamp of kind {i}" for i in range(12))]
    best = guess_layouts(read_text("a.csv", "\n".join(lines)))[0]
    assert (best.layout, best.mapping) == ("vision", {"file_name": "images", "text": "text"})


def test_rows_without_pictures_are_conversations():
    row = {"_row": "3", "m": json.dumps(talk("Who?")), "i": "[]"}
    made = LAYOUT.to_example(row, {"m": "messages", "i": "images"})
    assert isinstance(made, Example)
    assert made.answer == "A lamp."


def test_texts_are_no_pictures(read_text):
    assert not shows_pictures(json.dumps(talk("Who is in image 3.png?")))
    lines = [json.dumps({"messages": talk(f"Who? {i}"), "source": "x.png"}) for i in range(12)]
    ranked = guess_layouts(read_text("a.jsonl", "\n".join(lines)))
    assert ranked[0].layout == "messages"
