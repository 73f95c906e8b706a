"""Two answers to the same question, one better than the other: what DPO and its kin learn from."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_roles import EXACT, beside, best
from ftstudio.data.conversations.turns import (
    Unusable,
    is_talk,
    is_turn,
    parse_json,
    read_dialogue,
    read_turns,
)
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt

_MOST_ANSWERS = 20  # of a list; more are hardly answers to one question


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    rejected = best(columns, "rejected")
    rest = [column for column in columns if column is not rejected]
    chosen = best(rest, "chosen") or (best(rest, "answer", EXACT) if rejected else None)
    if rejected is None or chosen is None:
        reason = "No two columns are named like a better and a worse answer."
        return Guess("preference", 0.05, reason, {}, frozenset())
    mapping = {chosen.name: "chosen", rejected.name: "rejected"}
    rest = [column for column in rest if column is not chosen]
    whole = _whole(chosen.name, sample)
    if not whole:
        mapping |= dict.fromkeys(_prompts(rest, sample), "prompt")
    system = best([c for c in rest if c.name not in mapping], "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    asked = [name for name, role in mapping.items() if role == "prompt"]
    sure = set(mapping) | {c.name for c in rest if beside(c) or whole or asked}
    confidence = 0.99 if whole or asked else 0.4
    reason = _reason(chosen.name, rejected.name, asked, whole)
    return Guess("preference", confidence, reason, mapping, frozenset(sure))


def _whole(name: str, sample: Sequence[Row]) -> bool:
    """Whether most cells hold the question too: a list of turns, or a written dialogue."""
    filled = [text for row in sample if (text := row.get(name))]
    talks = [turns for text in filled if len(turns := _turns(text)) > 1]
    return bool(filled) and len(talks) > 0.5 * len(filled)


def _prompts(rest: Sequence[Column], sample: Sequence[Row]) -> list[str]:
    """The columns with what was asked: turns, an instruction with its text, or a question."""
    for column in rest:
        filled = [text for row in sample if (text := row.get(column.name))]
        if filled and sum(1 for t in filled if is_talk(parse_json(t))) > 0.5 * len(filled):
            return [column.name]
    instruction = best(rest, "instruction", EXACT)
    if instruction is not None:
        given = best([c for c in rest if c is not instruction], "input", EXACT)
        return [instruction.name, *([given.name] if given else [])]
    question = best(rest, "question") or best(rest, "question", 0.35)
    return [question.name] if question else []


def _reason(chosen: str, rejected: str, asked: Sequence[str], whole: bool) -> str:
    two = f"“{chosen}” holds the better answer and “{rejected}” the worse one"
    if whole:
        return f"{two}, each with the question before it."
    if asked:
        names = " and ".join(f"“{name}”" for name in asked)
        return f"{two}; {names} holds what was asked."
    return f"{two}, but no column is named like a question."


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    made = _to_examples(row, mapping)
    return made if isinstance(made, Problem) else made[0]


def _to_examples(row: Row, mapping: Roles) -> list[Example] | Problem:
    """One pair, or one for each of several better or worse answers (a list of texts)."""
    found: list[Example] = []
    for better in _several(cell(row, mapping, "chosen")):
        for worse in _several(cell(row, mapping, "rejected")):
            made = _pair(row, mapping, {"chosen": better, "rejected": worse})
            if isinstance(made, Problem):
                return made
            found.append(made)
    return found


def _several(text: str) -> list[str]:
    value = parse_json(text)
    whole = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
    return value[:_MOST_ANSWERS] if whole else [text]


def _pair(row: Row, mapping: Roles, texts: dict[str, str]) -> Example | Problem:
    number = int(row["_row"] or 0)
    try:
        chosen, rejected = (_turns(texts[role]) for role in ("chosen", "rejected"))
        before, chosen, rejected = _parted(_asked(row, mapping), chosen, rejected)
        if not before:
            raise Unusable("Nothing is asked before the two answers.")
        if {chosen[0].role, rejected[0].role} != {"assistant"}:
            raise Unusable("The two conversations part at a question, not at an answer.")
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(texts["chosen"]))
    system = cell(row, mapping, "system").strip()
    if system and before[0].role != "system":
        before.insert(0, Message(role="system", content=system))
    return Example(messages=before, chosen=chosen, rejected=rejected, source_row=number)


def _asked(row: Row, mapping: Roles) -> list[Message]:
    """What comes before the answers, where columns of its own hold it."""
    names = [name for name, role in mapping.items() if role == "prompt"]
    texts = [text for name in names if (text := row.get(name) or "").strip()]
    if len(texts) != 1:
        return [Message(role="user", content="\n\n".join(texts))] if names else []
    value = parse_json(texts[0])
    if is_talk(value):
        return read_turns(value, answered=False)
    dialogue = read_dialogue(texts[0])
    if dialogue and dialogue[-1].role == "assistant" and not dialogue[-1].content:
        dialogue.pop()  # "… Assistant:" asks for the answer
    return dialogue or [Message(role="user", content=texts[0])]


def _turns(text: str) -> list[Message]:
    """One answer, or a whole conversation as turns or as a written dialogue."""
    value = parse_json(text)
    if is_turn(value):
        value = [value]
    if is_talk(value):
        return read_turns(value, answered=False)
    return read_dialogue(text) or [Message(role="assistant", content=text)]


def _parted(
    asked: list[Message], chosen: list[Message], rejected: list[Message]
) -> tuple[list[Message], list[Message], list[Message]]:
    """What both begin with comes before them; a question of its own is not said twice."""
    shared = 0
    while shared < min(len(chosen), len(rejected)) - 1 and chosen[shared] == rejected[shared]:
        shared += 1
    if chosen[0].role == "assistant":  # they go on from the question
        return [*asked, *chosen[:shared]], chosen[shared:], rejected[shared:]
    return chosen[:shared], chosen[shared:], rejected[shared:]


LAYOUT = Layout(
    key="preference",
    title="Better and worse answers",
    term="preference pairs: chosen, rejected",
    help="Each row holds two answers to one question and says which of them is the better one.",
    roles=(
        Role("prompt", "Question", "prompt", required=False, many=True),
        Role("chosen", "Better answer", "chosen", required=True),
        Role("rejected", "Worse answer", "rejected", required=True),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
    to_examples=_to_examples,
    kind="preference",
)
