"""Whole conversations, one per row, as OpenAI, ShareGPT and most chat logs keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_share
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import EXACT, RATED, best, counts_up, rating_of
from ftstudio.data.conversations.turns import (
    Unusable,
    check_tools,
    in_turns,
    is_talk,
    is_turn,
    parse_json,
    read_tools,
    read_turns,
)
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    shares = [(column, _share(column.name, sample)) for column in columns]
    talks = [(column, share) for column, share in shares if share > 0]
    if not talks:
        return Guess(
            "messages", 0.02, "No column holds conversations (lists of turns).", {}, frozenset()
        )
    column, share = max(
        talks, key=lambda pair: (round(pair[1], 1), name_says(pair[0].name, "messages"))
    )
    mapping = {column.name: "messages"}
    sure = {column.name} if share > 0.8 else set()
    rest = [other for other in columns if other is not column]
    tools = next((c for c in rest if _holds_tools(c, sample)), None)
    if tools is not None:
        mapping[tools.name] = "tools"
    system = best([c for c in rest if c is not tools], "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    if _unanswered(column.name, sample) > 0.5:
        last = best([c for c in rest if c.name not in mapping], "answer")
        if last is not None:
            mapping[last.name] = "last_answer"
    sure |= {other.name for other in rest}
    confidence, reason = min(0.98, 0.3 + 0.68 * share), _reason(column, share, sample, tools)
    if _in_turns_only(column.name, sample):
        confidence *= 0.75
        reason = (
            f"“{column.name}” holds lists of texts. The first is taken for a question, the "
            "next for its answer, and so on."
        )
    rating = rating_of([c for c in rest if c.name not in mapping])
    if rating is not None and not counts_up(rating.name, sample):
        confidence, sure = min(confidence, RATED), sure - {rating.name}
        reason += (
            f" “{rating.name}” says what each conversation is worth and is not used: poor ones are "
            "learned like good ones. If there are any, take them out of the file first."
        )
    return Guess("messages", confidence, reason, mapping, frozenset(sure))


def _share(name: str, sample: Sequence[Row]) -> float:
    filled = [text for row in sample if (text := row.get(name))]
    if not filled:
        return 0.0
    told = [_talk(text, name) for text in filled]
    return sum(1 for turns in told if is_talk(turns, fewest=0)) / len(filled)


def _talk(text: str, name: str) -> Any:
    """The turns of a cell; plain texts one after another are a talk where the name says so."""
    value = parse_json(text)
    return in_turns(value) if name_says(name, "messages") >= EXACT else value


def _in_turns_only(name: str, sample: Sequence[Row]) -> bool:
    """Whether it is only the order that says who speaks."""
    return any(value and isinstance(value, list) and isinstance(value[0], str)
               for row in sample[:50] if (value := parse_json(row.get(name))))  # fmt: skip


def _unanswered(name: str, sample: Sequence[Row]) -> float:
    """The share of conversations that end with a question: their answer lies elsewhere."""
    talks = [value for row in sample if isinstance(value := parse_json(row.get(name)), list)]
    last = [talk[-1] for talk in talks if talk and isinstance(talk[-1], dict)]
    ends = [str(turn.get("role", turn.get("from"))) for turn in last]
    return sum(1 for who in ends if who in ("user", "human")) / max(1, len(ends))


def _holds_tools(column: Column, sample: Sequence[Row]) -> bool:
    if name_says(column.name, "tools") < EXACT:
        return False
    for row in sample[:50]:
        try:
            if read_tools(row.get(column.name)):
                return True
        except Unusable:
            continue
    return False


def _reason(column: Column, share: float, sample: Sequence[Row], tools: Column | None) -> str:
    turns: Any = next((v for row in sample if (v := parse_json(row.get(column.name)))), [])
    first = turns[0] if isinstance(turns, list) and turns else {}
    if not isinstance(first, dict):
        first = {}
    shape = "ShareGPT" if "from" in first else "OpenAI"
    part = "Every cell" if share >= 1 else f"{format_share(share)} of the cells"
    reason = f"{part} in “{column.name}” holds a list of turns, as in {shape} files."
    if share < 1:
        reason = reason.replace("holds", "hold", 1)
    if tools is not None:
        reason += f" “{tools.name}” describes the functions that may be called."
    return reason


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    number = int(row["_row"] or 0)
    text = cell(row, mapping, "messages")
    try:
        messages = read_turns(_with_last(parse_json(text), cell(row, mapping, "last_answer")))
        tools = read_tools(cell(row, mapping, "tools"))
        check_tools(messages, tools)
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(text))
    system = cell(row, mapping, "system").strip()
    if system and messages[0].role != "system":
        messages.insert(0, Message(role="system", content=system))
    return Example(messages=messages, tools=tools, source_row=number)


def _with_last(talk: Any, last: str) -> Any:
    """The conversation with its answer from another column: a turn as JSON, or plain text."""
    talk = in_turns(talk)
    if not isinstance(talk, list) or not last.strip():
        return talk
    turn = parse_json(last)
    if isinstance(turn, list) and turn and is_turn(turn[-1]):
        return [*talk, *turn]
    if isinstance(turn, list) and any(isinstance(one, (list, dict)) for one in turn):
        raise Unusable("The last answer is a list, not one answer.")
    return [*talk, turn if is_turn(turn) else {"role": "assistant", "content": last}]


LAYOUT = Layout(
    key="messages",
    title="Conversations",
    term="chat messages",
    help="Each row holds a whole conversation, as chat logs and model makers keep them.",
    roles=(
        Role("messages", "Conversation", "messages", required=True),
        Role("last_answer", "Last answer", "completion", required=False),
        Role("tools", "Functions it may call", "tools", required=False),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
)
