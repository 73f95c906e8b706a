"""What the model reads and what it learns, over the shapes that real chat templates have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.assets import starter_model
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import TokenRow
from ftstudio.techniques.rendering import (
    PLAIN_TEMPLATE,
    choose_template,
    render_chat,
    render_prompt,
)
from tests import models

# ChatML, with a line break behind each end token that is not the model's to say.
CHATML = (
    "{% for m in messages %}<|user|>{{ m.role }}\n{{ m.content }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}<|user|>assistant\n{% endif %}"
)
# As newer thinking models do: an empty thought is written into the last answer only.
THINKING = (
    "{% for m in messages %}<|user|>{{ m.role }}\n"
    "{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}"
    "{{ m.content }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}<|user|>assistant\n{% endif %}"
)
# As the first Llama chat models do: no header before an answer, spaces around the texts.
BRACKETS = (
    "{% for m in messages %}{% if m.role == 'user' %}<s>[INST] {{ m.content | trim }} [/INST]"
    "{% else %} {{ m.content | trim }} </s>{% endif %}{% endfor %}"
)
STRICT = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}" + CHATML
)
TRIMMED_MARKS = (
    "{% for m in messages %}<|user|>{{ m.role }}\n{% if m.role == 'assistant' %}"
    "{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}</s>\n"
    "{% endfor %}"
)
TALK = [
    ("user", "Do you deliver to Oslo?"),
    ("assistant", "Yes, to Oslo."),
    ("user", "And to Lima?"),
    ("assistant", "Not yet to Lima."),
]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from ftstudio.worker.model import load_tokenizer

    return load_tokenizer(models.tiny_model(tmp_path_factory.mktemp("m") / "model"))


def example(turns: list[tuple[str, str]] = TALK, **more: Any) -> Example:
    return Example(messages=[Message(role=r, content=c) for r, c in turns], **more)  # type: ignore[arg-type]


def learned(row: TokenRow, tokenizer: Any) -> list[str]:
    """The runs of learned tokens, as text."""
    runs: list[list[int]] = []
    for i, (token, bit) in enumerate(zip(row.input_ids, row.learned, strict=True)):
        if bit and (i == 0 or not row.learned[i - 1]):
            runs.append([])
        if bit:
            runs[-1].append(token)
    return [tokenizer.decode(run) for run in runs]


@pytest.mark.parametrize(
    ("template", "first", "last"),
    [
        (models.TEMPLATE, "Yes, to Oslo.</s>", "Not yet to Lima.</s>"),
        (CHATML, "Yes, to Oslo.</s>", "Not yet to Lima.</s>"),
        (THINKING, "Yes, to Oslo.</s>", "<think>\n\n</think>\n\nNot yet to Lima.</s>"),
        (BRACKETS, " Yes, to Oslo. </s>", " Not yet to Lima. </s>"),
        (STRICT, "Yes, to Oslo.</s>", "Not yet to Lima.</s>"),
        (TRIMMED_MARKS, "Yes, to Oslo.</s>", "Not yet to Lima.</s>"),
        (PLAIN_TEMPLATE, "Yes, to Oslo.</s>", "Not yet to Lima.</s>"),
    ],
)
def test_answers_with_their_end_are_learned_and_nothing_else(
    tokenizer: Any, template: str, first: str, last: str
) -> None:
    tokenizer.chat_template = template
    row = render_chat(example(), tokenizer)
    assert not row.cut
    assert learned(row, tokenizer) == [first, last]
    text = tokenizer.apply_chat_template(
        [m.for_template() for m in example().messages], tokenize=False
    )
    assert tokenizer.decode(row.input_ids) == text
    only_last = render_chat(example(), tokenizer, learn="last_answer")
    assert only_last.input_ids == row.input_ids
    assert learned(only_last, tokenizer) == [last]


@pytest.mark.parametrize(
    "template",
    [models.TEMPLATE, CHATML, THINKING, BRACKETS, STRICT, TRIMMED_MARKS, PLAIN_TEMPLATE],
)
@pytest.mark.parametrize("read_only", [0, 1])
def test_an_answer_of_weight_0_is_read_and_not_learned(
    tokenizer: Any, template: str, read_only: int
) -> None:
    """Token for token: the same ids, the mask of that answer gone and of the other one kept."""
    tokenizer.chat_template = template
    plain = render_chat(example(), tokenizer)
    weighed = example()
    weighed.messages[1 + 2 * read_only].train = False
    row = render_chat(weighed, tokenizer)
    starts = [i for i, bit in enumerate(plain.learned) if bit and not plain.learned[i - 1]]
    first = [bit and i < starts[1] for i, bit in enumerate(plain.learned)]
    second = [bit and i >= starts[1] for i, bit in enumerate(plain.learned)]
    assert row.input_ids == plain.input_ids
    assert row.learned == (second if read_only == 0 else first)
    last = render_chat(weighed, tokenizer, learn="last_answer")
    assert last.input_ids == plain.input_ids
    assert last.learned == (second if read_only == 0 else [False] * len(second))


def test_an_empty_answer_does_not_shift_what_is_learned(tokenizer: Any) -> None:
    """The marks of an empty answer hold nothing, so that they can't be counted."""
    tokenizer.chat_template = TRIMMED_MARKS
    turns = [*TALK[:1], ("assistant", ""), *TALK[2:], ("user", "Why?"), ("assistant", "Rain.")]
    weighed = example(turns)
    weighed.messages[3].train = False
    said = learned(render_chat(weighed, tokenizer), tokenizer)
    assert said[-1].endswith("Rain.</s>")
    assert "Lima" not in "".join(said)


def test_the_starter_model_learns_its_end_token() -> None:
    from ftstudio.worker.model import load_tokenizer

    tokenizer = load_tokenizer(starter_model())
    row = render_chat(example([("system", "Be brief."), *TALK]), tokenizer)
    said = [text.strip() for text in learned(row, tokenizer)]
    assert said == ["Yes, to Oslo.<|end|>", "Not yet to Lima.<|end|>"]


def test_cuts_from_the_end(tokenizer: Any) -> None:
    tokenizer.chat_template = CHATML
    whole = render_chat(example(), tokenizer)
    short = render_chat(example(), tokenizer, limit=len(whole.input_ids) - 5)
    assert short.cut
    assert short.input_ids == whole.input_ids[:-5]
    assert short.learned == whole.learned[:-5]
    assert not render_chat(example(), tokenizer, limit=len(whole.input_ids)).cut


def test_repeated_texts_are_told_apart(tokenizer: Any) -> None:
    """The answer says what the question said: only the second is learned."""
    tokenizer.chat_template = BRACKETS
    row = render_chat(example([("user", "Ahoy"), ("assistant", "Ahoy")]), tokenizer)
    assert learned(row, tokenizer) == [" Ahoy </s>"]
    at = row.learned.index(True)
    assert "Ahoy [/INST]" in tokenizer.decode(row.input_ids[:at])


def test_an_assistant_may_open(tokenizer: Any) -> None:
    tokenizer.chat_template = CHATML
    row = render_chat(example([("assistant", "Welcome!"), *TALK]), tokenizer)
    assert learned(row, tokenizer)[0] == "Welcome!</s>"
    assert len(learned(row, tokenizer)) == 3


def test_tool_calls_reach_the_template_as_values(tokenizer: Any) -> None:
    tokenizer.chat_template = (
        "{% for m in messages %}<|user|>{{ m.role }}\n{{ m.content }}"
        "{% for c in m.tool_calls or [] %}{{ c.function.arguments | tojson }}{% endfor %}</s>\n"
        "{% endfor %}{% if add_generation_prompt %}<|user|>assistant\n{% endif %}"
    )
    call = {"type": "function", "function": {"name": "find", "arguments": '{"city": "Oslo"}'}}
    talk = Example(
        messages=[
            Message(role="user", content="Where?"),
            Message(role="assistant", tool_calls=[call]),
            Message(role="tool", content="here", tool_call_id="1"),
            Message(role="assistant", content="Here."),
        ]
    )
    assert learned(render_chat(talk, tokenizer), tokenizer) == [
        '{"city": "Oslo"}</s>', "Here.</s>",
    ]  # fmt: skip
    assert call["function"]["arguments"] == '{"city": "Oslo"}'  # type: ignore[index]


def test_the_prompt_is_what_stands_before_the_learned_part(tokenizer: Any) -> None:
    tokenizer.chat_template = CHATML
    row = render_chat(example(), tokenizer, learn="last_answer")
    prompt = render_prompt(example(), tokenizer)
    assert prompt == row.input_ids[: row.learned.index(True)]


def test_no_template_is_told_with_a_way_out(tokenizer: Any) -> None:
    tokenizer.chat_template = None
    with pytest.raises(StudioError) as told:
        render_chat(example(), tokenizer)
    assert told.value.code == "no_chat_template"
    choose_template(tokenizer, "own")
    assert tokenizer.chat_template is None
    choose_template(tokenizer, "chatml")
    assert learned(render_chat(example(), tokenizer), tokenizer)[0] == "Yes, to Oslo.</s>"


def test_a_refusing_template_is_quoted(tokenizer: Any) -> None:
    tokenizer.chat_template = STRICT
    with pytest.raises(StudioError) as told:
        render_chat(example([("system", "Be brief."), *TALK]), tokenizer)
    assert told.value.code == "template_refused"
    assert "System role not supported" in told.value.why


def test_an_answer_that_the_template_rewrites_is_not_guessed(tokenizer: Any) -> None:
    tokenizer.chat_template = "{% for m in messages %}{{ m.content | upper }}{% endfor %}"
    turns = [("assistant", "first"), ("user", "second"), ("assistant", "third")]
    with pytest.raises(StudioError) as told:
        render_chat(example(turns), tokenizer)
    assert told.value.code == "answer_not_found"


def test_needs_no_torch(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, ftstudio.techniques as t; t.methods(); t.objectives();"
        "import ftstudio.techniques.rendering;"
        "print([m for m in ('torch', 'transformers', 'peft', 'trl') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
