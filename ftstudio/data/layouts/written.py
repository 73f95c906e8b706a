"""A whole conversation in one text per row: “Human: … Assistant: …”, ChatML, “### Response”."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_share
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import EXACT, beside, best
from ftstudio.data.conversations.written import is_written_talk, read_written
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    shares = [(column, _share(column.name, sample)) for column in columns if column.kind == "text"]
    found = [(column, share) for column, share in shares if share > 0.2]
    if not found:
        reason = "No column holds conversations written as one text."
        return Guess("written", 0.02, reason, {}, frozenset())
    column, share = max(found, key=lambda pair: pair[1])
    rest = [other for other in columns if other is not column]
    mapping = {column.name: "dialogue"}
    system = best(rest, "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    rivals = [c for c in rest if not beside(c) and c.filled and name_says(c.name, "answer") >= 0.7]
    confidence = min(0.97, 0.2 + 0.77 * share) * (0.6 if rivals or len(found) > 1 else 1.0)
    part = "Every cell" if share >= 1 else f"{format_share(share)} of the cells"
    verb = "is a conversation" if share >= 1 else "are conversations"
    reason = f"{part} in “{column.name}” {verb} written as one text, with marks for who speaks."
    sure = frozenset(c.name for c in rest) | ({column.name} if share > 0.8 else set())
    return Guess("written", confidence, reason, mapping, frozenset(sure))


def _share(name: str, sample: Sequence[Row]) -> float:
    filled = [text for row in sample if (text := row.get(name))]
    return sum(1 for text in filled if is_written_talk(text)) / max(1, len(filled))


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    number, text = int(row["_row"] or 0), cell(row, mapping, "dialogue")
    turns = read_written(text)
    if not turns:
        reason = "The text has no marks that say who speaks, such as “Human:” and “Assistant:”."
        return Problem(number, reason, excerpt(text))
    if not any(turn.role == "assistant" for turn in turns):
        return Problem(number, "Nobody answers in this conversation.", excerpt(text))
    system = cell(row, mapping, "system").strip()
    if system and turns[0].role != "system":
        turns.insert(0, Message(role="system", content=system))
    return Example(messages=turns, source_row=number)


LAYOUT = Layout(
    key="written",
    title="Conversations written as text",
    term="Human/Assistant, ChatML or Alpaca text",
    help="Each row holds one text in which marks such as “Human:” and “Assistant:” say who speaks.",
    roles=(
        Role("dialogue", "Conversation as text", "text", required=True),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
)
