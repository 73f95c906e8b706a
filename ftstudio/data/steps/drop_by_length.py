"""Texts with fewer or more characters than wanted."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params, param
from ftstudio.core.units import plural
from ftstudio.data.acting import left_out, told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import asked_and_said, characters


class LengthParams(Params):
    shortest_question: int = param(
        1, title="Shortest question", unit="characters", minimum=0, maximum=100_000,
        help="Texts and documents count as questions. 0 is no limit.",
    )  # fmt: skip
    shortest_answer: int = param(
        0, title="Shortest answer", unit="characters", minimum=0, maximum=100_000,
        help="“No” and “42” can be good answers. 0 is no limit.",
    )  # fmt: skip
    longest: int | None = param(
        None, title="Longest row", unit="characters", minimum=10, maximum=100_000_000,
        empty="no limit",
        help="Question and answer together, of two answers the longer. A page of English is about "
        "2,500 characters.",
    )  # fmt: skip


def _lacking(params: Params) -> str:
    assert isinstance(params, LengthParams)
    shortest = params.shortest_question + params.shortest_answer
    if not shortest and params.longest is None:
        return "Say how short or how long a row may be."
    if params.longest is not None and shortest > params.longest:
        return "No row can be so long and so short at once: every one would be left out."
    return ""


def _reason(row: Row, params: LengthParams) -> str:
    question, answer = (len(text.strip()) for text in asked_and_said(row.example))
    judged = row.example.kind in ("text", "label", "number")
    if question < params.shortest_question:
        return f"The question has {_characters(question)}; wanted: {params.shortest_question:,}."
    if answer < params.shortest_answer and not judged:
        return f"The answer has {_characters(answer)}; wanted: {params.shortest_answer:,}."
    if params.longest is not None and (whole := characters(row.example)) > params.longest:
        return f"It has {_characters(whole)}; allowed: {params.longest:,}."
    return ""


def _characters(count: int) -> str:
    return plural(count, "1 character", "{n} characters")


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, LengthParams)
    found = [row.number for row in rows if _reason(row, params)]
    return told(
        "drop_by_length", found,
        title="Too short or too long",
        sentence=f"{rows_are(len(found), 'is', 'are')} shorter or longer than wanted.",
        fine_title="Lengths as wanted",
        fine="No row is shorter or longer than wanted.",
        remedy="Leave them out",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, LengthParams)
    return left_out(rows, lambda row: _reason(row, params))


STEP = Step(
    key="drop_by_length",
    title="Leave out by length in characters",
    term="length filter",
    order=22,
    by_default=False,
    params=LengthParams,
    find=_find,
    apply=_apply,
    offered=False,
    lacking=_lacking,
    version=2,
)
