"""Judged answers as the model reads them: a better and a worse one, or one marked good or bad.

The text comes from the same rendering as that of plain examples, so that preview, training and
chat agree. Knows tokenizers only by what they do, and no trainer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import Preparing, Row, TokenRow
from ftstudio.core.params import Params
from ftstudio.techniques.rendering import (
    NO_LIMIT,
    Template,
    choose_template,
    render_chat,
    template_param,
)


class JudgedParams(Params):
    """What every objective on judged answers lets one choose."""

    template: Template = template_param()


@dataclass(frozen=True)
class Pair:
    """Two whole conversations that differ in what the model says last."""

    chosen: TokenRow
    rejected: TokenRow


@dataclass(frozen=True)
class Judged:
    """One whole conversation whose last answer is good or bad."""

    row: TokenRow
    good: bool

    @property
    def start(self) -> int:
        return self.row.learned.index(True)

    @property
    def question(self) -> list[int]:
        return self.row.input_ids[: self.start]


def render_pair(example: Example, tokenizer: object, limit: int = NO_LIMIT) -> Pair:
    """Both sides in full, cut at `limit` from their ends.

    Raises StudioError where the two sides do not begin with the same tokens: they would be
    compared on different questions.
    """
    chosen = _render(example, example.chosen or [], tokenizer)
    rejected = _render(example, example.rejected or [], tokenizer)
    start = min(_start(chosen), _start(rejected))
    if chosen.input_ids[:start] != rejected.input_ids[:start]:
        raise StudioError(
            "The two answers of an example do not follow the same question.",
            "The model's chat format writes the question in another way before each of them.",
            "Shorten the earlier turns, or choose another model.",
            code="questions_differ",
        )
    return Pair(_cut(chosen, limit), _cut(rejected, limit))


def render_judged(example: Example, tokenizer: object, limit: int = NO_LIMIT) -> list[Judged]:
    """The answer with its mark; of a pair its better and its worse answer, each for itself."""
    if example.chosen is not None:
        pair = render_pair(example, tokenizer, limit)
        return [Judged(pair.chosen, True), Judged(pair.rejected, False)]
    row = render_chat(example, tokenizer, limit, "last_answer")
    return [Judged(row, bool(example.good))]


def render_better(example: Example, tokenizer: object, params: Params, limit: int) -> TokenRow:
    """For the preview: the better answer of a pair, or the one that was marked."""
    choose_template(tokenizer, cast(JudgedParams, params).template)
    if example.chosen is not None:
        return render_pair(example, tokenizer, limit).chosen
    return render_judged(example, tokenizer, limit)[0].row


def prepare_pairs(examples: Iterator[Example], given: Preparing) -> Iterator[Row]:
    """A row of both sides per example; without one where nothing tells them apart any more."""
    choose_template(given.tokenizer, cast(JudgedParams, given.params).template)
    ends = set(given.tokenizer.all_special_ids)
    for example in examples:
        try:
            pair = render_pair(example, given.tokenizer, given.limit)
        except StudioError as error:
            yield Row({}, refusal=error)
        else:
            yield _pair_row(pair, ends)


def prepare_judged(examples: Iterator[Example], given: Preparing) -> Iterator[Row]:
    """A row per answer. Beside each stands an answer to another question: how likely the model
    finds such strangers tells how far it has moved as a whole (the reference point of KTO)."""
    choose_template(given.tokenizer, cast(JudgedParams, given.params).template)
    ends = set(given.tokenizer.all_special_ids)
    same_question: list[Judged] = []
    stranger: Judged | None = None
    for one in _judged(examples, given):
        if isinstance(one, Row):
            yield one
            continue
        if same_question and one.question != same_question[0].question:
            # The first question has none before it: the next one lends its answer.
            yield from _judged_rows(same_question, stranger or one, given.limit, ends)
            stranger, same_question = same_question[-1], []
        same_question.append(one)
    if same_question:
        yield from _judged_rows(same_question, stranger or same_question[-1], given.limit, ends)


def _judged(examples: Iterator[Example], given: Preparing) -> Iterator[Judged | Row]:
    for example in examples:
        try:
            found = render_judged(example, given.tokenizer, given.limit)
        except StudioError as error:
            yield Row({}, refusal=error)
            continue
        for one in found:
            if any(one.row.learned[1:]):
                yield one
            else:
                yield Row({}, cut=one.row.cut, learned=False)


def _judged_rows(rows: list[Judged], stranger: Judged, limit: int, ends: set[int]) -> Iterator[Row]:
    foreign = stranger.row.input_ids[stranger.start :]
    counted = stranger.row.learned[stranger.start :]
    for one in rows:
        mixed = [*one.question, *foreign][:limit]
        yield Row(
            {
                "answer_ids": one.row.input_ids,
                "answer_learned": one.row.learned,
                "stranger_ids": mixed,
                "stranger_learned": [*[False] * one.start, *counted][:limit],
                "label": one.good,
            },
            length=max(len(one.row.input_ids), len(mixed)),
            cut=one.row.cut,
            open_ended=_open_ended(one.row, ends),
        )


def _pair_row(pair: Pair, ends: set[int]) -> Row:
    chosen, rejected = pair.chosen, pair.rejected
    return Row(
        {
            "chosen_ids": chosen.input_ids,
            "chosen_learned": chosen.learned,
            "rejected_ids": rejected.input_ids,
            "rejected_learned": rejected.learned,
        },
        length=max(len(chosen.input_ids), len(rejected.input_ids)),
        cut=chosen.cut or rejected.cut,
        learned=any(chosen.learned[1:])
        and any(rejected.learned[1:])
        and chosen.input_ids != rejected.input_ids,
        open_ended=_open_ended(chosen, ends) or _open_ended(rejected, ends),
    )


def _render(example: Example, turns: list[Message], tokenizer: object) -> TokenRow:
    """The conversation that ends in `turns`; of it only what the model says there is learned."""
    # An answer's weight says what is learned of a talk; here the side itself says it.
    talk = [turn.model_copy(update={"train": None}) for turn in [*example.messages, *turns]]
    whole = Example(messages=talk, tools=example.tools)
    row = render_chat(whole, tokenizer)
    answers = sum(message.role == "assistant" for message in turns)
    before = sum(message.role == "assistant" for message in example.messages)
    runs = _runs(row.learned)
    if not answers or len(runs) != before + answers:
        raise StudioError(
            "The compared part of an example can't be told from the rest.",
            "The model's chat format does not keep its answers apart.",
            "See that each side ends with one answer, or choose another model.",
            code="answer_not_found",
        )
    start = runs[before][0]
    learned = [bit and place >= start for place, bit in enumerate(row.learned)]
    return TokenRow(row.input_ids, learned, cut=False)


def _runs(learned: list[bool]) -> list[tuple[int, int]]:
    """First and last place of each stretch of learned tokens."""
    found: list[tuple[int, int]] = []
    for place, bit in enumerate(learned):
        if bit and found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        elif bit:
            found.append((place, place))
    return found


def _start(row: TokenRow) -> int:
    return row.learned.index(True)


def _cut(row: TokenRow, limit: int) -> TokenRow:
    return TokenRow(row.input_ids[:limit], row.learned[:limit], len(row.input_ids) > limit)


def _open_ended(row: TokenRow, ends: set[int]) -> bool:
    last = max((i for i, bit in enumerate(row.learned) if bit), default=-1)
    return not row.cut and last >= 0 and row.input_ids[last] not in ends
