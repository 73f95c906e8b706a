"""OpenAI's and ShareGPT's turns become the same messages; what can't be learned is named."""

import json

import pytest

from ftstudio.data.conversations.turns import (
    Unusable,
    check_tools,
    is_talk,
    parse_json,
    read_dialogue,
    read_tools,
    read_turns,
)


def test_both_shapes_are_the_same():
    openai = [{"role": "system", "content": "s"}, {"role": "user", "content": "q"},
              {"role": "assistant", "content": "a"}]  # fmt: skip
    sharegpt = [{"from": "SYSTEM", "value": "s"}, {"from": "human", "value": "q"},
                {"from": "gpt", "value": "a"}]  # fmt: skip
    assert read_turns(openai) == read_turns(sharegpt)


def test_calls_in_every_spelling_are_the_same():
    call = {"name": "light", "arguments": {"n": 1}}
    texts = {"name": "light", "arguments": '{"n": 1}'}
    spelled = [
        {"from": "function_call", "value": json.dumps(call)},
        {"from": "tool_calls", "value": json.dumps([call])},
        {"role": "assistant", "content": None, "tool_calls": [{"type": "function",
                                                               "function": texts}]},
        {"role": "assistant", "content": "", "function_call": texts},
        {"role": "assistant", "content": [{"type": "tool_call", "value": json.dumps(call)}]},
    ]  # fmt: skip
    made = [read_turns([turn])[0] for turn in spelled]
    assert all(message == made[0] for message in made)
    assert made[0].tool_calls == [{"type": "function", "function": call}]


def test_ids_and_names_of_tool_answers_are_kept():
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    talk = [{"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "name": "f", "content": "4"}]  # fmt: skip
    messages = read_turns(talk)
    assert messages[0].tool_calls[0]["id"] == "c1"
    assert (messages[1].tool_call_id, messages[1].name) == ("c1", "f")


def test_parts_are_joined_and_thoughts_marked():
    parts = [{"type": "reasoning", "value": "hm"}, {"type": "text", "text": "Yes"},
             {"type": "text", "value": "."}]  # fmt: skip
    (message,) = read_turns([{"role": "assistant", "content": parts}])
    assert message.content == "<think>\nhm\n</think>\n\nYes."


BAD = {
    "no list": ("x", "no conversation"),
    "empty": ([], "empty"),
    "role": ([{"role": "bing", "content": "a"}], "unknown role: bing"),
    "speaker": ([{"content": "a"}], "does not say who"),
    "nobody": ([{"role": "user", "content": "a"}], "Nobody answers"),
    "picture": ([{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}], "picture"),
    "mark": ([{"role": "user", "content": "<image>Who?"}], "picture"),
    "call": ([{"from": "function_call", "value": "light it"}], "not JSON"),
    "arguments": (
        [{"role": "assistant",
          "tool_calls": [{"function": {"name": "f", "arguments": "{x"}}]}], "not JSON"),
    "answer": ([{"role": "assistant", "content": "a"},
                {"role": "tool", "tool_call_id": "c9", "content": "4"}], "tool_call_id c9"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "word"), BAD.values(), ids=BAD.keys())
def test_unusable(value, word):
    with pytest.raises(Unusable, match=word) as caught:
        read_turns(value)
    assert str(caught.value).endswith(".")


def test_tools_in_every_spelling():
    bare = {"name": "f", "parameters": {}}
    full = {"type": "function", "function": bare}
    for text in (json.dumps([bare]), json.dumps([full]), json.dumps(bare)):
        assert read_tools(text) == [full]
    assert read_tools("[]") is None
    assert read_tools(None) is None
    with pytest.raises(Unusable):
        read_tools("light, dim")


def test_unknown_functions_are_named():
    talk = read_turns([{"from": "function_call", "value": '{"name": "dim", "arguments": {}}'}])
    with pytest.raises(Unusable, match="dim"):
        check_tools(talk, read_tools('[{"name": "light"}]'))
    check_tools(talk, None)


def test_parse_json():
    assert parse_json('[{"a": 1}]') == [{"a": 1}]
    assert parse_json("plain") is None
    assert parse_json("[" * 100_000) is None
    assert parse_json(None) is None


def test_lists_as_pandas_writes_them():
    text = str([{"role": "user", "content": "Isn't it?"}, {"role": "assistant", "content": None}])
    assert parse_json(text)[0]["content"] == "Isn't it?"
    assert parse_json("['a', __import__('os')]") is None
    assert parse_json("['" + "[" * 9_000 + "]") is None


def test_names_that_say_who_speaks():
    pairs = [{"user": "Lit?", "assistant": "Yes."}, {"human": "Sure?", "gpt": "Quite."}]
    said = [(m.role, m.content) for m in read_turns(pairs)]
    assert said == [("user", "Lit?"), ("assistant", "Yes."), ("user", "Sure?"),
                    ("assistant", "Quite.")]  # fmt: skip


def test_a_written_dialogue_is_read_by_its_speakers():
    said = read_dialogue("\n\nHuman: Lit?\nReally: yes?\n\nAssistant: It is.\n\nHuman: Since?")
    assert [(m.role, m.content) for m in said] == [
        ("user", "Lit?\nReally: yes?"), ("assistant", "It is."), ("user", "Since?")
    ]  # fmt: skip
    assert read_dialogue("It was a Human: yes") is None
    assert read_dialogue("Well.\nHuman: yes") is None
    assert read_dialogue("") is None
    assert read_dialogue("Human: Lit?\n\nAssistant:")[-1].content == ""


def test_a_question_alone_is_enough_where_no_answer_is_needed():
    turns = [{"role": "user", "content": "Lit?"}]
    assert read_turns(turns, answered=False)[0].content == "Lit?"
    with pytest.raises(Unusable):
        read_turns(turns)


def test_a_talk_is_a_list_of_turns_and_of_nothing_else():
    turn = {"role": "user", "content": "Lit?"}
    assert is_talk([turn])
    assert not is_talk([turn], fewest=2)
    assert is_talk([turn, turn], fewest=2)
    assert not is_talk([])
    assert is_talk([], fewest=0)
    assert not is_talk([turn, "Lit?"])
    assert not is_talk(turn)


def test_an_answer_of_weight_0_is_read_only():
    talk = [
        {"role": "user", "content": "a", "weight": 0},
        {"role": "assistant", "content": "b", "weight": 0},
        {"role": "assistant", "content": "c", "weight": 1},
        {"from": "gpt", "value": "d", "train": False},
        {"from": "gpt", "value": "e", "train": True},
        {"role": "assistant", "content": "f", "weight": None},
    ]
    assert [m.train for m in read_turns(talk)] == [None, False, None, False, None, None]


@pytest.mark.parametrize(
    ("weights", "word"), [([0, 0], "weight 0"), ([1, 0.5], "weight 0.5"), ([1, "x"], "weight x")]
)
def test_weights_that_leave_nothing_or_say_nothing(weights, word):
    talk = [{"role": "user", "content": "a"}]
    talk += [{"role": "assistant", "content": "b", "weight": weight} for weight in weights]
    with pytest.raises(Unusable, match=word):
        read_turns(talk)


def test_turns_of_customers_and_agents():
    turns = [{"sender": "customer", "utterance": "Lit?"}, {"sender": "agent", "utterance": "Yes."}]
    assert is_talk(turns)
    assert [(m.role, m.content) for m in read_turns(turns)] == [
        ("user", "Lit?"), ("assistant", "Yes.")
    ]  # fmt: skip
