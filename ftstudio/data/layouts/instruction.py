"""An instruction, often a text it is about, and the result: the Alpaca shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import EXACT, RATED, beside, best, rating_of, rating_unused
from ftstudio.data.conversations.turns import parse_json
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt

_PASSAGE = 40  # characters from which a context column is a text to work on, not a label
_NESTED = ("list", "object")


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    texts = [column for column in columns if column.kind not in _NESTED]
    instruction = best(texts, "instruction") or best(texts, "question", EXACT)
    rest = [column for column in texts if column is not instruction]
    nested = [column for column in columns if column.kind in _NESTED]
    output = best(rest, "answer") or best(nested, "answer", EXACT)
    rest = [column for column in rest if column is not output]
    given = best(rest, "input", EXACT)
    if instruction is None or output is None:
        missing = "an instruction" if instruction is None else "a result"
        return Guess("instruction", 0.1, f"No column is named like {missing}.", {}, frozenset())
    mapping = {instruction.name: "instruction", output.name: "output"}
    if given is not None:
        mapping[given.name] = "input"
    rest = [column for column in columns if column.name not in mapping]
    for role in ("system", "history"):
        column = best(rest, role, EXACT)
        if column is not None:
            mapping[column.name] = role
    sure = set(mapping) | {column.name for column in rest if beside(column)}
    earlier = "history" in mapping.values()
    confidence, reason = _confidence(instruction, given), _reason(mapping, instruction)
    if output.kind in _NESTED:
        confidence = min(confidence, 0.7)
        reason += f" The cells of “{output.name}” are {output.kind}s, learned as they stand."
    confidence = 0.97 if earlier else confidence
    if rating := rating_of(rest):
        confidence, sure = min(confidence, RATED), sure - {rating.name}
        reason += f" {rating_unused(rating, instruction, output, sample)}"
    return Guess("instruction", confidence, reason, mapping, frozenset(sure))


def _confidence(instruction: Column, given: Column | None) -> float:
    said = name_says(instruction.name, "instruction")
    if said >= EXACT:
        return 0.98 if given is not None else 0.96
    if said > 0:
        return 0.8 if given is not None else 0.7
    return 0.96 if given is not None and given.mean_length >= _PASSAGE else 0.3


def _reason(mapping: dict[str, str], instruction: Column) -> str:
    names = {role: name for name, role in mapping.items()}
    if "input" in names:
        return (
            f"“{instruction.name}” says what to do, “{names['input']}” holds the text it is about, "
            f"and “{names['output']}” the result."
        )
    return f"“{instruction.name}” says what to do, and “{names['output']}” holds the result."


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    number = int(row["_row"] or 0)
    question = cell(row, mapping, "instruction")
    if (given := cell(row, mapping, "input")).strip():
        question = f"{question}\n\n{given}" if question.strip() else given
    earlier = _history(cell(row, mapping, "history"))
    if earlier is None:
        reason = "The history is not a list of questions and answers."
        return Problem(number, reason, excerpt(cell(row, mapping, "history")))
    messages = [
        *earlier,
        Message(role="user", content=question),
        Message(role="assistant", content=cell(row, mapping, "output")),
    ]
    if system := cell(row, mapping, "system").strip():
        messages.insert(0, Message(role="system", content=system))
    return Example(messages=messages, source_row=number)


def _history(text: str) -> list[Message] | None:
    """Earlier turns from JSON: [["question", "answer"], …]; None where it is something else."""
    if text.strip() in ("", "[]", "null"):
        return []
    value: Any = parse_json(text)
    if not isinstance(value, list):
        return None
    messages: list[Message] = []
    for turn in value:
        if not isinstance(turn, list) or len(turn) != 2:
            return None
        messages.append(Message(role="user", content=str(turn[0])))
        messages.append(Message(role="assistant", content=str(turn[1])))
    return messages


LAYOUT = Layout(
    key="instruction",
    title="Instructions, texts and results",
    term="instruction, input, output",
    help="Each row says what to do, may hold a text to do it with, and shows the result.",
    roles=(
        Role("instruction", "Instruction", "instruction", required=True),
        Role("input", "Text it is about", "input", required=False),
        Role("output", "Result", "output", required=True),
        Role("system", "Who it is", "system prompt", required=False),
        Role("history", "Earlier turns", "history", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
)
