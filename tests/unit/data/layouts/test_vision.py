"""Talks and captions keep their pictures, each with a mark where it is shown."""

import json

import pytest

from ftstudio.core.example import Example
from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.vision import LAYOUT, shows_pictures
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
    named = {} if "image_url" in json.dumps(turns) else {"images": ["a.png"]}
    lines = [json.dumps({"messages": turns, **named})] * 12
    best = guess_layouts(read_text("a.jsonl", "\n".join(lines)))[0]
    assert (best.layout, best.mapping["messages"]) == ("vision", "messages")
    assert len(best.mapping) == 1 + len(named)
    assert best.confidence >= 0.9
    assert "comes later" in best.reason


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


def made(turns, images="", text=""):
    row = {"_row": "3", "m": json.dumps(turns) if turns else "", "i": images, "t": text}
    return LAYOUT.to_example(row, {"m": "messages", "i": "images", "t": "text"})


URL = {"type": "image_url", "image_url": {"url": "a.png"}}
TEXT = {"type": "text", "text": "Who?"}


@pytest.mark.parametrize(
    ("content", "images", "said", "files"),
    [
        ("<image>Who?", "a.png", "<image>Who?", ["a.png"]),
        ("<img>\nWho?", '["a.png"]', "<image>\nWho?", ["a.png"]),
        ("Who?", '["a.png", "b.png"]', "<image><image>\nWho?", ["a.png", "b.png"]),
        ([TEXT, URL], "", "Who?<image>", ["a.png"]),
        ([{"type": "image"}, TEXT], '[{"path": "b.png", "bytes": null}]', "<image>Who?", ["b.png"]),
        ([{"type": "image", "image": "c.png"}, TEXT], "", "<image>Who?", ["c.png"]),
        ([{"type": "input_image", "image_url": "d.png"}], "", "<image>", ["d.png"]),
    ],
)
def test_every_spelling_becomes_a_mark_and_a_file(content, images, said, files):
    one = made(talk(content), images)
    assert (one.messages[0].content, one.images) == (said, files)
    assert (one.answer, one.source_row, one.kind) == ("A lamp.", 3, "chat")


def test_a_caption_answers_its_picture():
    one = made(None, "a.png", "A lamp.")
    assert [m.content for m in one.messages] == ["<image>", "A lamp."]
    assert one.images == ["a.png"]


@pytest.mark.parametrize(
    ("turns", "images", "word"),
    [
        (talk("<image><image>Who?"), "a.png", "show 2 pictures; named: 1"),
        (talk("<image>Who?"), "", "show 1 picture; named: 0"),
        (talk("<video>Who?"), "", "film"),
        (talk([{"type": "input_audio", "input_audio": "x"}]), "", "film"),
        (None, "a.png", "Nothing is said"),
        (None, "", "neither a picture"),
        (talk("<image>Who?"), "[7]", "no file"),
    ],
)
def test_what_does_not_fit_is_a_problem(turns, images, word):
    one = made(turns, images)
    assert isinstance(one, Problem)
    assert word in one.reason
