"""All kinds of examples can be read, changed and looked through in the same way."""

import json

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.texts import (
    all_strings,
    answers,
    asked_and_said,
    characters,
    in_short,
    lacking,
    texts,
    with_all_strings,
    with_texts,
)
from tests.unit.data.conftest import example, labelled, pair

CHAT = example("Lit?", "Yes.")
LABEL = Example(messages=[Message(role="user", content="It hums.")], labels=["repair", "bulb"])
NUMBER = Example(messages=[Message(role="user", content="Fine.")], number=4.0)
TEXT = Example(text="One page.")
PAIR = pair("Lit?", "Yes.", "Go away.")
ALL = {"chat": CHAT, "label": LABEL, "number": NUMBER, "text": TEXT, "preference": PAIR,
       "feedback": CHAT.model_copy(update={"good": True})}  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
def test_every_text_is_seen_and_changed(kind):
    one = ALL[kind]
    assert one.kind == kind
    assert [t.upper() for t in texts(one)] == list(texts(with_texts(one, str.upper)))
    changed = with_texts(one, str.upper)
    assert changed.kind == kind
    assert (changed.labels, changed.number, changed.good) == (one.labels, one.number, one.good)


def test_of_two_continuations_the_longer_counts():
    assert characters(PAIR) == len("Lit?") + len("Go away.")
    assert characters(TEXT) == len("One page.")


@pytest.mark.parametrize("kind", ALL)
def test_nothing_lacks(kind):
    assert lacking(ALL[kind]) == ""


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (example(" ", "Yes."), "question"),
        (example("Lit?", ""), "answer"),
        (LABEL.model_copy(update={"labels": []}), "class"),
        (LABEL.model_copy(update={"messages": [Message(role="user")]}), "text"),
        (NUMBER.model_copy(update={"messages": [Message(role="user")]}), "text"),
        (Example(text=" \n"), "text"),
        (pair("", "Yes.", "No."), "question"),
        (pair("Lit?", " ", "No."), "answer"),
        (pair("Lit?", "Yes.", ""), "answer"),
    ],
)
def test_what_lacks(one, what):
    assert lacking(one) == what


def test_in_short():
    assert in_short(LABEL) == ("It hums.", "repair; bulb")
    assert in_short(NUMBER) == ("Fine.", "4")
    assert in_short(TEXT) == ("One page.", "")
    assert in_short(PAIR) == ("Lit?", "Yes. ↔ Go away.")
    assert in_short(ALL["feedback"]) == ("Lit?", "good: Yes.")
    assert in_short(CHAT) == ("Lit?", "Yes.")


def test_what_is_read_and_what_is_said():
    talk = Example(
        messages=[Message(role="system", content="s"), Message(role="user", content="q"),
                  Message(role="assistant", content="a")],
    )  # fmt: skip
    assert asked_and_said(talk) == ("s\nq", "a")
    assert asked_and_said(pair("q", "better", "worse")) == ("q", "better\nworse")
    assert asked_and_said(labelled("t", "b", "a")) == ("t", "a; b")
    assert asked_and_said(Example(text="page")) == ("page", "")
    assert asked_and_said(Example(messages=[Message(role="user", content="t")], number=2.5)) == (
        "t", "2.5")  # fmt: skip


def test_only_what_is_learned_is_an_answer():
    assert answers(pair("q", "better", "worse")) == ["better"]
    assert answers(example("q", "a")) == ["a"]
    assert answers(example("q", "a").model_copy(update={"good": False})) == []
    assert answers(Example(text="page")) == []


def test_every_string_but_no_name_of_a_field():
    call = {"id": "x", "function": {"name": "x", "arguments": "x", "x": 1}}
    whole = Example(
        messages=[Message(role="user", content="x", name="x"),
                  Message(role="assistant", tool_calls=[call])],
        labels=["x"], group="x", meta={"x": ["x", {"x": 2}]}, source_row=3,
    )  # fmt: skip
    changed = with_all_strings(whole, lambda text: text.replace("x", "y"))
    assert changed.messages[0].name == changed.messages[0].content == changed.group == "y"
    assert changed.messages[1].tool_calls == [
        {"id": "y", "function": {"name": "y", "arguments": "y", "x": 1}}]  # fmt: skip
    assert changed.meta == {"x": ["y", {"x": 2}]}
    assert changed.labels == ["y"]
    assert all_strings(whole).count("x") == 8
    assert with_all_strings(changed, str) == changed


def test_what_is_json_stays_so():
    def straight(text):
        return text.replace("“", '"').replace("”", '"')

    def changed(text):
        talk = Example(messages=[Message(role="tool", content=text)])
        return with_texts(talk, straight).messages[0].content

    assert json.loads(changed('{"a": ["“so”", 5], "b": null}')) == {"a": ['"so"', 5], "b": None}
    assert changed("{“a”: “so”}") == '{"a": "so"}'
    assert changed("[“so”]") == '["so"]'
    deep = "[" * 100_000 + "“"
    assert changed(deep) == straight(deep)
