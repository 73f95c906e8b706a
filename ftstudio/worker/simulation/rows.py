"""Rows as long as the longest of a dataset, made by the objective itself from words without sense.

The tokenizer is one of our own, for which every word is one token: what it costs to train does
not depend on which tokens are read, only on how many.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, ExampleKind, Message
from ftstudio.core.objective import Objective, Preparing, Row
from ftstudio.techniques.rendering import NO_LIMIT

Labels = tuple[str, ...]

_SPECIAL = ("<pad>", "<s>", "</s>", "<unk>", "<|user|>", "<|assistant|>", "<|system|>", "<|tool|>")
_WORDS = ("yes", "no", "one", "two", "three", "four", "five", "six", "seven", "eight")
_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|> ' + m['content'] + ' ' }}"
    "{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|> ' }}{% endif %}"
)
FILLER = len(_SPECIAL)  # the token of the first word: it ends nothing


def plain_tokenizer() -> Any:
    """A word is a token; it has a chat format, and a padding token of its own."""
    vocabulary = {word: place for place, word in enumerate((*_SPECIAL, *_WORDS))}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        unk_token="<unk>", additional_special_tokens=list(_SPECIAL[4:]),
    )  # fmt: skip
    tokenizer.chat_template = _TEMPLATE
    tokenizer.padding_side = "right"
    return tokenizer


def write_plain_tokenizer(folder: Path) -> None:
    plain_tokenizer().save_pretrained(str(folder))


def rows_of(objective: Objective, kind: ExampleKind, preparing: Preparing, count: int) -> Any:
    """`count` rows of such examples. Raises StudioError as they do."""
    made = _learned(objective, preparing, examples_of(objective, kind, preparing))
    return Dataset.from_list([row.columns for row in itertools.islice(made, count)])


def examples_of(objective: Objective, kind: ExampleKind, preparing: Preparing) -> Iterator[Example]:
    """Without end, for rows up to the limit; of each two, one has all of its tokens and the other
    one less, so that batches of several are filled up as they mostly are. Rows of several
    documents hold two. Raises StudioError where the limit is too short for anything to be
    learned."""
    limit = preparing.limit
    make = partial(_MAKERS["question" if objective.generates else kind], _labels(preparing))
    if objective.packs(preparing.params) and "adds_tokens" not in preparing.traits:
        lengths: Iterator[int] = itertools.repeat(limit // 2 - 1)
    else:
        wide = replace(preparing, limit=NO_LIMIT)
        spare = next(_learned(objective, wide, map(make, [1] * 8, range(8)))).length - 1
        if spare + 2 > limit:
            raise StudioError(
                "The longest text is too short for this goal.",
                f"Of its {limit} tokens, {spare} are taken before a word is learned.",
                "Raise the longest text.",
                code="too_short",
            )
        lengths = (limit - spare - number % 2 for number in itertools.count())
    return map(make, lengths, itertools.count())


def _learned(
    objective: Objective, preparing: Preparing, examples: Iterator[Example]
) -> Iterator[Row]:
    for row in objective.prepare(examples, preparing):
        if row.refusal is not None:
            raise row.refusal
        if row.learned:
            yield row


def _labels(preparing: Preparing) -> tuple[str, ...]:
    return preparing.head.labels if preparing.head else ()


def _said(words: int, number: int) -> str:
    return " ".join([_WORDS[number % len(_WORDS)]] * words)


def _user(content: str) -> Message:
    return Message(role="user", content=content)


def _answer(content: str) -> Message:
    return Message(role="assistant", content=content)


def _chat(labels: Labels, words: int, number: int) -> Example:
    return Example(messages=[_user(_said(1, number)), _answer(_said(words, number))])


def _question(labels: Labels, words: int, number: int) -> Example:
    return Example(messages=[_user(_said(words, number)), _answer("yes")])


def _preference(labels: Labels, words: int, number: int) -> Example:
    # One shorter than the other: even a single pair is filled up, as it mostly is.
    better, worse = _answer(_said(words, number)), _answer(_said(max(1, words - 1), number + 1))
    return Example(messages=[_user(_said(1, number))], chosen=[better], rejected=[worse])


def _feedback(labels: Labels, words: int, number: int) -> Example:
    messages = [_user(_said(1, number)), _answer(_said(words, number))]
    return Example(messages=messages, good=number % 4 < 2)


def _text(labels: Labels, words: int, number: int) -> Example:
    return Example(text=_said(words, number))


def _label(labels: Labels, words: int, number: int) -> Example:
    return Example(messages=[_user(_said(words, number))], labels=[labels[number % len(labels)]])


def _number(labels: Labels, words: int, number: int) -> Example:
    return Example(messages=[_user(_said(words, number))], number=float(number % 5))


_MAKERS: dict[str, Callable[[Labels, int, int], Example]] = {
    "chat": _chat, "preference": _preference, "feedback": _feedback, "text": _text,
    "question": _question, "label": _label, "number": _number,
}  # fmt: skip
