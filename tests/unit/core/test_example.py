"""Examples: canonical text and hashes."""

import pickle

import pytest
from pydantic import ValidationError

from ftstudio.core.example import Example, Message, canonical_json


def conversation(**extra):
    return Example(
        messages=[
            Message(role="system", content="Be brief."),
            Message(role="user", content="Where is Oslo?"),
            Message(role="assistant", content="In Norway."),
        ],
        **extra,
    )


def test_question_and_answer_are_the_first_and_the_last():
    example = conversation()
    assert (example.question, example.answer) == ("Where is Oslo?", "In Norway.")


def test_hash_covers_what_is_learned_and_not_where_it_came_from():
    assert conversation(source_row=1).content_hash() == conversation(source_row=9).content_hash()
    other = conversation()
    other.messages[-1].content = "In Sweden."
    assert other.content_hash() != conversation().content_hash()


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    assert (
        canonical_json({"b": 1, "a": "ü"})
        == canonical_json({"a": "ü", "b": 1})
        == ('{"a":"ü","b":1}')
    )


def test_templates_get_only_the_fields_that_are_there():
    assert Message(role="user", content="Hi").for_template() == {"role": "user", "content": "Hi"}


def test_it_is_checked_and_comes_back_from_json_as_it_was():
    one = conversation(source_row=3, meta={"from": "test"}, labels=["a"])
    assert Example.model_validate_json(one.model_dump_json()) == one
    assert Example.model_validate(one.model_dump()) == one
    assert "source_row" not in one.model_dump(exclude={"source_row"})
    for wrong in ({"role": "king"}, {"role": "user", "mood": "good"}, {"content": "Hi"}):
        with pytest.raises(ValidationError):
            Message(**wrong)


def test_a_copy_is_another_one_and_shares_what_did_not_change():
    one = conversation(group="g")
    other = one.model_copy(update={"group": None})
    assert one.group == "g"
    assert other.group is None
    assert other.messages is one.messages
    assert one.model_copy() == one
    assert one.model_copy() is not one
    assert pickle.loads(pickle.dumps(one)) == one


def test_many_can_be_held():
    """No dictionary of its own: a million of them are in memory at once."""
    for one in (conversation(), conversation().messages[0]):
        assert not hasattr(one, "__dict__")
