"""Two answers side by side, and a column that says which of them won."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_names import name_says, plain
from ftstudio.data.columns.column_roles import best
from ftstudio.data.conversations.turns import Unusable, is_talk, is_turn, parse_json, read_turns
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt

_FIRST = {"a", "1", "0", "first", "left", "erste", "links", "model_a", "answer_a", "response_a",
          "model_1", "answer_1", "response_1", "completion_a"}  # fmt: skip
_SECOND = {"b", "2", "second", "right", "zweite", "rechts", "model_b", "answer_b", "response_b",
           "model_2", "answer_2", "response_2", "completion_b"}  # fmt: skip
_TIE = {"tie", "both", "equal", "same", "draw", "neither", "tie_bothbad", "both_bad", "gleich",
        "unentschieden"}  # fmt: skip
_PAIR = re.compile(r"(.*?)_?(a|b|1|2|0)")
_ENDS = (("a", "b"), ("1", "2"), ("0", "1"))


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    pair = _two_alike([c for c in columns if c.filled and c.kind in ("text", "list", "object")])
    winner = _winner([c for c in columns if pair is None or c not in pair], sample)
    if pair is None or winner is None:
        reason = "No two columns hold rival answers beside one that says which is better."
        return Guess("duel", 0.02, reason, {}, frozenset())
    first, second = pair
    mapping = {first.name: "first", second.name: "second", winner.name: "winner"}
    rest = [c for c in columns if c.name not in mapping and c.filled]
    question = best(rest, "question") or best(rest, "instruction") or best(rest, "question", 0.35)
    if question is not None:
        mapping[question.name] = "prompt"
    confidence = 0.96 if question is not None else 0.45
    reason = (
        f"“{first.name}” and “{second.name}” hold two answers, and “{winner.name}” says which won."
    )
    sure = frozenset(c.name for c in columns) if question is not None else frozenset(mapping)
    return Guess("duel", confidence, reason, mapping, sure)


def _two_alike(columns: Sequence[Column]) -> tuple[Column, Column] | None:
    """Two columns whose names differ in a last letter only, and speak of answers."""
    by_stem: dict[tuple[str, str], Column] = {}
    for column in columns:
        if found := _PAIR.fullmatch(plain(column.name)):
            by_stem[(found[1], found[2])] = column
    for (stem, end), column in by_stem.items():
        for one, two in _ENDS:
            if end == one and (stem, two) in by_stem and name_says(stem, "answer") >= 0.7:
                return column, by_stem[(stem, two)]
    return None


def _winner(columns: Sequence[Column], sample: Sequence[Row]) -> Column | None:
    for column in columns:
        said = [text for row in sample if (text := row.get(column.name))]
        sides = [_side(text) for text in said]
        known = sum(1 for side in sides if side)
        if said and known >= 0.9 * len(said) and {"first", "second"} <= set(sides):
            return column
    return None


def _side(text: str) -> str:
    word = plain(text)
    for side, words in (("first", _FIRST), ("second", _SECOND), ("tie", _TIE)):
        if word in words:
            return side
    return ""


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    number, said = int(row["_row"] or 0), cell(row, mapping, "winner")
    names = {role: cell(row, mapping, role) for role in ("first", "second", "prompt")}
    side = _side(said)
    if side not in ("first", "second"):
        reason = "Neither answer won." if side else f"“{excerpt(said)}” does not say which won."
        return Problem(number, reason, excerpt(names["prompt"]))
    try:
        asked = _asked(names["prompt"])
        answers = {role: _answer(names[role]) for role in ("first", "second")}
    except Unusable as reason_:
        return Problem(number, str(reason_), excerpt(names["prompt"]))
    other = "second" if side == "first" else "first"
    return Example(
        messages=asked, chosen=answers[side], rejected=answers[other], source_row=number
    )  # fmt: skip


def _asked(text: str) -> list[Message]:
    value = parse_json(text)
    if is_talk(value):
        return read_turns(value, answered=False)
    if not text.strip():
        raise Unusable("Nothing is asked before the two answers.")
    return [Message(role="user", content=text)]


def _answer(text: str) -> list[Message]:
    value = parse_json(text)
    turns = read_turns([value] if is_turn(value) else value) if is_turn(value) or is_talk(
        value
    ) else [Message(role="assistant", content=text)]  # fmt: skip
    if turns[-1].role != "assistant":
        raise Unusable("What should be an answer ends with a question.")
    return turns[-1:]


LAYOUT = Layout(
    key="duel",
    title="Two answers and which won",
    term="pairwise comparison: A, B, winner",
    help="Each row holds two answers to one question, and a column names the better one.",
    roles=(
        Role("prompt", "Question", "prompt", required=True),
        Role("first", "First answer", "response A", required=True),
        Role("second", "Second answer", "response B", required=True),
        Role("winner", "Which won", "winner", required=True),
    ),
    guess=_guess,
    to_example=_to_example,
    kind="preference",
)
