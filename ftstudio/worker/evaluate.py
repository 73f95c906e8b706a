"""What the growing model answers to a few questions it does not learn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch

from ftstudio.core.example import Example
from ftstudio.techniques.engine.answering import stop_tokens
from ftstudio.techniques.rendering import render_prompt

_SHORTEST, _LONGEST = 24, 96  # tokens of an answer: enough to judge, short enough to wait for
_BEGINNING = 32  # tokens of a document that are given, for it to go on from


@dataclass(frozen=True)
class Question:
    prompt: list[int]
    question: str
    reference: str
    answer_tokens: int


def choose_questions(
    examples: Iterable[Example], tokenizer: Any, count: int, limit: int
) -> list[Question]:
    """The first `count` held-out examples that have an answer and leave room for one."""
    return list(islice(_questions(examples, tokenizer, limit), count))


def _questions(examples: Iterable[Example], tokenizer: Any, limit: int) -> Iterable[Question]:
    for example in examples:
        if example.text:
            if (asked := _continuation(example.text, tokenizer, limit)) is not None:
                yield asked
            continue
        if not example.answer:
            continue
        prompt = render_prompt(example, tokenizer)
        if len(prompt) >= limit:
            continue
        expected = len(tokenizer(example.answer, add_special_tokens=False)["input_ids"])
        length = min(_LONGEST, max(_SHORTEST, round(expected * 1.3)))
        # An answer that was marked bad is nothing to compare with.
        reference = "" if example.good is False else example.answer
        yield Question(prompt, _last_question(example), reference, length)


def _continuation(text: str, tokenizer: Any, limit: int) -> Question | None:
    """How does a document go on? Its beginning is the question."""
    ids = tokenizer(text)["input_ids"]
    known = min(_BEGINNING, len(ids) // 2, limit - 1)
    if known < 1:
        return None
    begun, rest = (tokenizer.decode(part, skip_special_tokens=True)
                   for part in (ids[:known], ids[known : known + _SHORTEST]))  # fmt: skip
    return Question(ids[:known], begun.strip(), rest.strip(), _SHORTEST)


def _last_question(example: Example) -> str:
    return next((m.content for m in reversed(example.messages) if m.role == "user"), "")


def answers(model: Any, tokenizer: Any, questions: list[Question], at_once: int = 0) -> list[str]:
    """Greedy answers, `at_once` side by side (0: all), padded on the left. Leaves the chance of
    training alone.

    Learned words before the text are asked one by one: padding would come between them and it.
    """
    if getattr(model, "prompt_encoder", None) is not None:
        at_once = 1
    step = at_once or len(questions) or 1
    parts = [questions[begin : begin + step] for begin in range(0, len(questions), step)]
    return [text for part in parts for text in _side_by_side(model, tokenizer, part)]


def _side_by_side(model: Any, tokenizer: Any, questions: list[Question]) -> list[str]:
    width = max(len(q.prompt) for q in questions)
    pad = tokenizer.pad_token_id
    ids = [[pad] * (width - len(q.prompt)) + q.prompt for q in questions]
    mask = [[0] * (width - len(q.prompt)) + [1] * len(q.prompt) for q in questions]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad(), torch.random.fork_rng(enabled=True):
            written = model.generate(
                input_ids=torch.tensor(ids, device=model.device),
                attention_mask=torch.tensor(mask, device=model.device),
                max_new_tokens=max(q.answer_tokens for q in questions),
                do_sample=False,
                num_beams=1,
                temperature=None,
                top_p=None,
                top_k=None,
                pad_token_id=pad,
                eos_token_id=stop_tokens(model, tokenizer),
                use_cache=True,
            )
    finally:
        model.train(was_training)
    return [tokenizer.decode(row[width:], skip_special_tokens=True).strip() for row in written]
