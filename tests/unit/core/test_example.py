"""Examples: canonical text and hashes."""

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
