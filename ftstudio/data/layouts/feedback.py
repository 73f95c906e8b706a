"""Answers that somebody judged good or bad, one by one: what KTO learns from."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_roles import EXACT, beside, best, find_pair
from ftstudio.data.conversations.turns import (
    Unusable,
    is_talk,
    is_turn,
    parse_json,
    read_dialogue,
    read_turns,
)
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.marks import read_mark, share_of_marks
from ftstudio.data.table import Column, Problem, excerpt


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    marked = [column for column in columns if share_of_marks(column.name, sample)[0] >= 0.9]
    good = best(marked, "good")
    if good is None:
        reason = "No column says of each answer whether it is good or bad."
        return Guess("feedback", 0.05, reason, {}, frozenset())
    rest = [column for column in columns if column is not good]
    talk = next((column for column in rest if _holds_talks(column.name, sample)), None)
    if talk is not None:
        mapping, clear, said = {talk.name: "messages"}, True, f"the conversations in “{talk.name}”"
    elif told := _instructed(rest):
        *asked, answer = told
        mapping = {**dict.fromkeys(asked, "question"), answer: "answer"}
        clear, said = True, f"the answers in {answer}"
    else:
        pair = find_pair(rest, max((column.filled for column in rest), default=0))
        if pair is None:
            reason = f"“{good.name}” says good or bad, but of which answer is not clear."
            return Guess("feedback", 0.2, reason, {good.name: "good"}, frozenset())
        mapping = {pair.question.name: "question", pair.answer.name: "answer"}
        clear, said = pair.named == 2, f"the answers in {pair.answer.name}"
    mapping[good.name] = "good"
    system = best([c for c in rest if c.name not in mapping], "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    both = share_of_marks(good.name, sample)[1]
    ignored = {c.name for c in rest if c.name not in mapping and (clear or beside(c))}
    sure = ignored | (set(mapping) if clear else {good.name})
    reason = f"“{good.name}” says of {said} whether they are good or bad."
    if not both:
        reason = reason.removesuffix(".") + ", though it always says the same."
    confidence = (0.99 if clear else 0.6) if both else 0.5
    return Guess("feedback", confidence, reason, mapping, frozenset(sure))


def _instructed(columns: Sequence[Column]) -> list[str]:
    """The instruction, what it is about where there is such a column, and what came of it."""
    filled = [column for column in columns if column.filled]
    names = [found.name for role in ("instruction", "input", "answer")
             if (found := best(filled, role, EXACT))]  # fmt: skip
    told = bool(names) and best(filled, "instruction", EXACT) and best(filled, "answer", EXACT)
    return names if told and len(names) == len(set(names)) else []


def _holds_talks(name: str, sample: Sequence[Row]) -> bool:
    filled = [text for row in sample if (text := row.get(name))]
    talks = sum(is_talk(parse_json(text), fewest=2) for text in filled)
    return bool(filled) and talks > 0.5 * len(filled)


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    number = int(row["_row"] or 0)
    mark = cell(row, mapping, "good")
    good = read_mark(mark)
    if good is None:
        said = f"“{excerpt(mark)}” says neither good nor bad." if mark.strip() else (
            "It is not said whether the answer is good or bad."
        )  # fmt: skip
        return Problem(number, said, excerpt(cell(row, mapping, "answer")))
    try:
        messages = _messages(row, mapping)
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(cell(row, mapping, "messages")))
    system = cell(row, mapping, "system").strip()
    if system and messages[0].role != "system":
        messages.insert(0, Message(role="system", content=system))
    return Example(messages=messages, good=good, source_row=number)


def _messages(row: Row, mapping: Roles) -> list[Message]:
    if "messages" in mapping.values():
        messages = read_turns(parse_json(cell(row, mapping, "messages")))
        if messages[-1].role != "assistant":
            raise Unusable("The conversation does not end with an answer that could be judged.")
        return messages
    answer = _answer(cell(row, mapping, "answer"))
    texts = [row.get(name) or "" for name, role in mapping.items() if role == "question"]
    question = texts[0] if len(texts) == 1 else "\n\n".join(t for t in texts if t.strip())
    value = parse_json(question)
    if isinstance(value, list) and value and all(is_turn(turn) for turn in value[:50]):
        return [*read_turns(value, answered=False), *answer]
    before = read_dialogue(question) or [Message(role="user", content=question)]
    if len(before) > 1 and before[-1].role == "assistant" and not before[-1].content:
        before.pop()
    return [*before, *answer]


def _answer(text: str) -> list[Message]:
    """A plain text, or the turns of an answer (as the trainers' own files write them)."""
    value = parse_json(text)
    if is_turn(value):
        value = [value]
    if not is_talk(value):
        return [Message(role="assistant", content=text)]
    turns = read_turns(value)
    if turns[-1].role != "assistant":
        raise Unusable("The conversation does not end with an answer that could be judged.")
    return turns


LAYOUT = Layout(
    key="feedback",
    title="Answers judged good or bad",
    term="binary feedback",
    help="Each row holds a question, one answer, and whether that answer is a good one.",
    roles=(
        Role("question", "Question", "prompt", required=True, many=True, unless="messages"),
        Role("answer", "Answer", "completion", required=True, unless="messages"),
        Role("good", "Good or bad", "label", required=True),
        Role("messages", "Conversation", "messages", required=False),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
    kind="feedback",
)
