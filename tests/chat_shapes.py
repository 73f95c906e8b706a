"""Chat templates in the shapes that the known families have, written for the tiny tokenizer, and
conversations of every sort to send through them."""

from __future__ import annotations

import random
from typing import Any

from ftstudio.core.assets import starter_model
from ftstudio.core.example import Example, Message
from ftstudio.techniques.rendering import PLAIN_TEMPLATE
from tests import models

_ASK = "{% if add_generation_prompt %}<|user|>assistant\n{% endif %}"
_CHATML = "{% for m in messages %}<|user|>{{ m.role }}\n{{ m.content }}</s>\n{% endfor %}" + _ASK
_REFUSES = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system turn here') }}{% endif %}"
)
_CALLS = (
    "{% if m.tool_calls %}{% for c in m.tool_calls %}\n[call]{{ c.function.name }} "
    "{{ c.function.arguments | tojson }}[/call]{% endfor %}{% endif %}"
)
SHAPES: dict[str, str] = {
    "starter": (starter_model() / "chat_template.jinja").read_text("utf-8"),
    "plain": PLAIN_TEMPLATE,
    "roles as marks": models.TEMPLATE,
    "chatml": _CHATML,
    "system by default": (
        "{% if messages[0].role != 'system' %}<|user|>system\nBe kind.</s>\n{% endif %}" + _CHATML
    ),
    "tools listed, calls written": (
        "{% if tools %}<|system|>Tools: {% for t in tools %}{{ t | tojson }}\n{% endfor %}</s>\n"
        "{% endif %}{% for m in messages %}<|user|>{{ m.role }}\n{{ m.content }}" + _CALLS +
        "</s>\n{% endfor %}" + _ASK
    ),
    "headers": (
        "{{ bos_token }}{% for m in messages %}<|system|>{{ m.role }}<|tool|>\n\n"
        "{{ m.content | trim }}" + _CALLS + "</s>{% endfor %}"
        "{% if add_generation_prompt %}<|system|>assistant<|tool|>\n\n{% endif %}"
    ),
    "brackets": (
        "{% for m in messages %}{% if m.role == 'assistant' %} {{ m.content | trim }}" + _CALLS +
        " </s>{% else %}<s>[INST] {{ m.content | trim }} [/INST]{% endif %}{% endfor %}"
    ),
    "system inside the first question": (
        "{% set first = messages[0].content if messages[0].role == 'system' else '' %}"
        "{% for m in messages %}{% if m.role == 'assistant' %}model\n{{ m.content }}" + _CALLS +
        "</s>\n{% elif m.role != 'system' %}<|user|>{{ m.role }}\n"
        "{% if first and loop.index0 == 1 %}{{ first }}\n\n{% endif %}{{ m.content }}</s>\n"
        "{% endif %}{% endfor %}{% if add_generation_prompt %}model\n{% endif %}"
    ),
    "refuses a system turn": _REFUSES + _CHATML,
    "thinks in the last answer": (
        "{% for m in messages %}<|user|>{{ m.role }}\n"
        "{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}"
        "{{ m.content }}</s>\n{% endfor %}" + _ASK
    ),
    "words for roles": (
        "{% for m in messages %}{% if m.role == 'assistant' %}### Response:\n{{ m.content }}"
        + _CALLS + "{{ eos_token }}\n\n{% else %}### {{ m.role | capitalize }}:\n"
        "{{ m.content }}\n\n{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}### Response:\n{% endif %}"
    ),
    "marks without the end": (
        "{% for m in messages %}<|user|>{{ m.role }}\n{% if m.role == 'assistant' %}"
        "{% generation %}{{ m.content }}" + _CALLS + "{% endgeneration %}{% else %}{{ m.content }}"
        "{% endif %}</s>\n{% endfor %}" + _ASK
    ),
}  # fmt: skip

_WORDS = [
    "parcel", "Oslo", "naïve", "café", "注文", "発送", "مرحبا", "🙂", "don't", "1,024", "#42",
    "e-mail", "\n", "kettle", "deliver", "Monday", "…", "x=1", "Straße", "👩‍🚀",
]  # fmt: skip
_TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "find_order", "parameters": {"type": "object", "properties": {}}},
}


def conversations(count: int, seed: int = 7) -> list[Example]:
    """One to four questions, with a system turn, tools and calls, answers that are only read, some
    of them long: all mixed."""
    chance = random.Random(seed)
    return [_conversation(chance, place) for place in range(count)]


def _said(chance: random.Random, most: int) -> str:
    return (" ".join(chance.choices(_WORDS, k=chance.randint(1, most)))).strip() or "Yes."


def _conversation(chance: random.Random, place: int) -> Example:
    turns: list[Message] = []
    tools = [_TOOL] if place % 5 == 0 else None
    if place % 3 == 0:
        turns.append(Message(role="system", content=_said(chance, 8)))
    for turn in range(1 + place % 4):
        most = 60 if place % 7 == 0 else 14
        turns.append(Message(role="user", content=f"{turn}: {_said(chance, most)}"))
        if tools and turn == 0:
            call = {"name": "find_order", "arguments": f'{{"id": {place}}}'}
            turns.append(Message(role="assistant", content=f"I look. {place}",
                                 tool_calls=[{"type": "function", "function": call}]))  # fmt: skip
            turns.append(Message(role="tool", content=f"sent {place}"))
        turns.append(Message(role="assistant", content=f"{place}.{turn} {_said(chance, most)}"))
    answers = [message for message in turns if message.role == "assistant"]
    if place % 6 == 1:
        answers[0].train = False  # weight 0: read and not learned
    return Example(messages=turns, tools=tools, source_row=place + 2)
