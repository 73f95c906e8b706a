"""What goals that learn from scored answers share: the questions they ask, and what they measure.

Torch- and Qt-free. The answers are written in `engine/answering.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import Judge, Measure, Preparing, Row, TokenRow
from ftstudio.core.params import Params, param
from ftstudio.core.reward import Answered
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques.rendering import Template, choose_template, render_prompt, template_param

# Settings of methods that every goal with scored answers switches off.
IGNORES = {
    "dropout": "This goal leaves nothing out: how much more likely an answer became must tell what "
    "was learned, not what was left out by chance.",
}


class AskingParams(Params):
    """The settings that every goal with scored answers has."""

    answer_tokens: int = param(
        64,
        title="Longest answer",
        term="max new tokens",
        unit="tokens",
        minimum=4,
        maximum=8192,
        step=16,
        help="Answers that are longer are cut here. 64 tokens are about 45 words; each step takes "
        "longer the longer they are.",
    )
    look_questions: int = param(
        32,
        title="Unseen questions per check",
        term="evaluation prompts",
        level="all",
        minimum=1,
        maximum=2000,
        help="So many held-out questions are answered and scored at each check (evaluation). 32 "
        "tell a change of about 0.2 from chance; more take longer.",
    )
    template: Template = template_param()


def kl_param(default: float, help: str) -> Any:
    return param(
        default,
        title="Stay near the start",
        term="KL coefficient β",
        minimum=0,
        maximum=10,
        step=0.01,
        help=help,
    )


def group_param(default: int, term: str, help: str) -> Any:
    return param(
        default,
        title="Answers per question",
        term=term,
        minimum=2,
        maximum=64,
        step=2,
        help=f"So many answers are written to each question{help}",
    )


def prepare(examples: Iterator[Example], given: Preparing) -> Iterator[Row]:
    """One row per question: its tokens, and what the scoring needs to know of it.

    Columns: `prompt_ids` (token ids as they are fed to the model; nothing is added later),
    `question`, `reference`, `turns` (JSON).
    """
    p = cast(AskingParams, given.params)
    choose_template(given.tokenizer, p.template)
    for example in examples:
        turns = before_answer(example)
        try:
            ids = render_prompt(_with_answer(example, turns), given.tokenizer)
        except StudioError as error:
            yield Row({}, refusal=error)
            continue
        asked = next((m.content for m in reversed(turns) if m.role == "user"), "")
        yield Row(
            {
                "prompt_ids": ids,
                "question": asked,
                "reference": example.answer,
                "turns": json.dumps([m.for_template() for m in turns], ensure_ascii=False),
            },
            length=len(ids) + p.answer_tokens,
            learned=bool(turns) and len(ids) + p.answer_tokens <= given.limit,
        )


def writes(params: Params) -> int:
    """Tokens that each question needs room for, behind its own."""
    return cast(AskingParams, params).answer_tokens


def render(example: Example, tokenizer: Any, params: Params, limit: int) -> TokenRow:
    """What the model reads; what is learned is only known once it has answered."""
    choose_template(tokenizer, cast(AskingParams, params).template)
    ids = render_prompt(_with_answer(example, before_answer(example)), tokenizer)
    return TokenRow(ids[:limit], [False] * len(ids[:limit]), cut=len(ids) > limit)


def before_answer(example: Example) -> list[Message]:
    """The conversation up to the answer that is to be written anew."""
    messages = example.messages
    if example.chosen is not None:
        return messages
    last = max((i for i, m in enumerate(messages) if m.role == "assistant"), default=len(messages))
    return messages[:last]


def _with_answer(example: Example, turns: list[Message]) -> Example:
    answered = [*turns, Message(role="assistant", content=example.answer)]
    return example.model_copy(update={"messages": answered, "chosen": None, "rejected": None})


def answered(row: Mapping[str, Any], answer: str) -> Answered:
    """A row's question with an answer to score."""
    turns = tuple(Message.model_validate(turn) for turn in json.loads(row["turns"]))
    return Answered(row["question"], answer, row["reference"], turns)


def measures() -> tuple[Measure, ...]:
    """The curves: what the answers are worth, and what it costs; each part of it beside."""
    return (
        Measure("reward", "Reward", "mean reward", ("reward",), better="more"),
        Measure("kl", "Distance from the start", "KL divergence", ("kl",), better="less"),
        Measure("entropy", "Variety", "entropy", ("entropy",)),
        Measure("length", "Answer length", "tokens", ("length", "completions/mean_length")),
        Measure(
            "clipped", "Held back", "share of clipped ratios",
            ("clipped", "clip_ratio/region_mean", "clip_ratio"), tile=False,
        ),
        Measure(
            "unended", "Answers without an end", "share truncated",
            ("unended", "completions/clipped_ratio"), better="less", tile=False,
        ),
        Measure(
            "parts", "Part of the reward", "reward part", ("parts/",), tile=False, family=True
        ),
    )  # fmt: skip


def _group_of(params: Params) -> int:
    return int(cast(Any, params).group)


# What every goal declares that learns from scored answers.
ASKING: dict[str, Any] = {
    "needs": "Questions, and a reward: rules, or a reward model you trained from better and worse "
    "answers.",
    "learns_from": ("chat", "preference"),
    "prepare": prepare,
    "render": render,
    "family": "reward",
    "measures": measures(),
    "judge": Judge("reward", "more"),
    "wants_rewards": True,
    "generates": True,
    "writes": writes,
    "reference": True,
    "ignores": IGNORES,
}


def _whole_round(params: Params, settings: TrainingSettings) -> int:
    """Answers of a round, which holds whole groups: of the fewest steps that can share them out."""
    return math.lcm(settings.batch_size * settings.accumulation, _group_of(params))


# And those that compare several answers to one question, each with one update to a round.
COMPARING: dict[str, Any] = {
    **ASKING,
    "icon": "list-ordered",
    "scratch": ("round.safetensors",),  # answers still to be learned from
    "copies": lambda params: "all",
    "models": 1.7,  # forward in the old and the reference, forward and back to learn: 5/3
    "repeats": _group_of,
    "writes_at_once": _whole_round,
    "rate_factor": 0.25,
    "defaults": {"batch_size": 8, "accumulation": 4, "schedule": "constant"},
}
