"""One question, one answer per row: the usual spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_share
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import (
    EXACT,
    RATED,
    Pair,
    beside,
    best,
    find_pair,
    rating_of,
    rating_unused,
)
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem

_NESTED = ("list", "object")


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    rows = max((column.filled for column in columns), default=0)
    pair = find_pair(columns, rows)
    if pair is None:
        return Guess("question_answer", 0.15, _too_few(columns), {}, frozenset())
    if pair.by_name[0] >= 0.7 and _no_answer(pair.answer):
        sure = {column.name for column in columns if column is not pair.question}
        mapping = {pair.question.name: "question"}
        return Guess("question_answer", 0.3, _elsewhere(pair), mapping, frozenset(sure))
    mapping = {pair.question.name: "question", pair.answer.name: "answer"}
    rest = [column for column in columns if column.name not in mapping]
    system = best(rest, "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    sure = {
        column.name
        for column, said in zip((pair.question, pair.answer), pair.by_name, strict=True)
        if said >= 0.7
    }
    sure |= {column.name for column in rest if beside(column) or column is system}
    if pair.named == 2:
        clear = min(pair.by_name) >= EXACT
        sure |= {column.name for column in rest if clear or column.filled < 0.5 * rows}
    confidence = _confidence(pair, columns)
    if best([c for c in rest if c.kind == "list"], "history", EXACT) is not None:
        confidence *= 0.6  # earlier turns would be lost
    reason = _reason(pair)
    if rating := rating_of(rest):
        confidence, sure = min(confidence, RATED), sure - {rating.name}
        reason += f" {rating_unused(rating, pair.question, pair.answer, sample)}"
    return Guess("question_answer", confidence, reason, mapping, frozenset(sure))


def _no_answer(column: Column) -> bool:
    """A date, or named like a number of the row and the like: nobody would want to hear it."""
    told = column.kind == "date" or name_says(column.name, "beside") >= EXACT
    return told and name_says(column.name, "answer") < 0.7


def _elsewhere(pair: Pair) -> str:
    return (
        f"“{pair.question.name}” holds the questions, but no column looks like answers. If they "
        f"lie in a second file{_same(pair.answer)}, add that file."
    )


def _same(column: Column) -> str:
    return "" if column.kind == "date" else f" with the same “{column.name}”"


def _too_few(columns: Sequence[Column]) -> str:
    count = len([column for column in columns if column.filled])
    have = "only one column" if count == 1 else "no column"
    return f"This layout needs a question and an answer; {have} of this file holds text."


def _confidence(pair: Pair, columns: Sequence[Column]) -> float:
    if pair.question.kind in _NESTED or pair.answer.kind in _NESTED:
        written = pair.question.kind not in _NESTED and pair.named == 2
        return 0.6 if written else 0.2
    if pair.named == 2:
        return 0.95
    asks = pair.question.questions > 0.5
    other = pair.answer if pair.by_name[0] >= 0.7 else pair.question
    if pair.named == 1 and beside(other):
        return 0.3 if name_says(other.name, "beside") >= EXACT else 0.6
    if pair.named == 1:
        return 0.85 if max(pair.by_name) >= EXACT and asks else 0.75
    if asks and not beside(pair.answer):
        return 0.75
    texts = [c for c in columns if c.kind == "text" and name_says(c.name, "beside") < EXACT]
    if min(pair.by_name) > 0:
        return 0.6
    return 0.5 if {pair.question, pair.answer} == set(texts) else 0.35


def _reason(pair: Pair) -> str:
    question, answer = pair.question, pair.answer
    share = f"{format_share(question.questions)} of the cells in “{question.name}”"
    share += " end with a question mark"
    if pair.named == 2:
        reason = (
            f"The columns “{question.name}” and “{answer.name}” say by their names what they are."
        )
        if answer.kind in _NESTED:
            reason += f" The cells of “{answer.name}” are {answer.kind}s, learned as they stand."
    elif pair.named == 1:
        known, other = (question, answer) if pair.by_name[0] >= 0.7 else (answer, question)
        reason = f"The column “{known.name}” is known by its name; “{other.name}” fits beside it."
    elif question.questions > 0.5:
        reason = f"{share}, and “{answer.name}” holds text beside it."
    else:
        reason = (
            f"The names say nothing certain; “{question.name}” and “{answer.name}” hold the text "
            "that fits best."
        )
    return reason


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    messages = [
        Message(role="user", content=cell(row, mapping, "question")),
        Message(role="assistant", content=cell(row, mapping, "answer")),
    ]
    if system := cell(row, mapping, "system").strip():
        messages.insert(0, Message(role="system", content=system))
    return Example(messages=messages, source_row=int(row["_row"] or 0))


LAYOUT = Layout(
    key="question_answer",
    title="Questions and answers",
    term="prompt and completion",
    help="Each row holds one question and the answer you would like to hear.",
    roles=(
        Role("question", "Question", "prompt", required=True),
        Role("answer", "Answer", "completion", required=True),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
)
