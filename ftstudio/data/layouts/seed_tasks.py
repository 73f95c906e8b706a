"""Tasks with several worked cases each, nested in one column: every case becomes an example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import EXACT, beside, best
from ftstudio.data.conversations.turns import Unusable, is_talk, parse_json
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt

_GIVEN = ("input", "context", "question", "prompt", "query")
_WORTH = ("score", "overall_score", "rating", "reward", "rank")  # then they are rival answers
_RESULT = ("output", "answer", "response", "completion", "target", "result")


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    shares = [(c, _share(c.name, sample)) for c in columns if c.kind in ("list", "object")]
    found = [(column, share) for column, share in shares if share > 0.3]
    if not found:
        reason = "No column holds lists of worked cases (an input and its output)."
        return Guess("seed_tasks", 0.02, reason, {}, frozenset())
    cases, share = max(found, key=lambda pair: pair[1])
    rest = [c for c in columns if c is not cases and c.kind == "text" and c.filled]
    task = best(rest, "instruction") or best(rest, "question")
    mapping = {cases.name: "cases"}
    if task is not None:
        mapping[task.name] = "instruction"
    system = best([c for c in rest if c is not task], "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    known = task is not None and name_says(task.name, "instruction") >= EXACT
    confidence = min(0.97, share) if known else 0.85 * share if task is not None else 0.45 * share
    number = sum(len(_cases(row.get(cases.name))) for row in sample) / max(1, len(sample))
    many = f", {number:.1f} a row on average" if number > 1.05 else ""
    what = f"“{task.name}” says what to do, and " if task is not None else ""
    reason = f"{what}“{cases.name}” holds worked cases of it (input and output){many}."
    sure = {c.name for c in columns if c.name in mapping or known or beside(c)}
    return Guess("seed_tasks", confidence, reason, mapping, frozenset(sure))


def _share(name: str, sample: Sequence[Row]) -> float:
    filled = [text for row in sample if (text := row.get(name))]
    cases = [_cases(text) for text in filled]
    return sum(1 for found in cases if found and all(map(_is_case, found))) / max(1, len(filled))


def _cases(text: str | None) -> list[Any]:
    value = parse_json(text)
    if isinstance(value, dict):
        value = [value]
    return value if isinstance(value, list) and not is_talk(value) else []


def _is_case(case: Any) -> bool:
    """Not one of several rival answers: those have scores and nothing that is given."""
    if not isinstance(case, dict) or not any(name in case for name in _RESULT):
        return False
    return any(name in case for name in _GIVEN) or not any(name in case for name in _WORTH)


def _to_examples(row: Row, mapping: Roles) -> list[Example] | Problem:
    number, text = int(row["_row"] or 0), cell(row, mapping, "cases")
    task = cell(row, mapping, "instruction").strip()
    cases = _cases(text)
    if not cases:
        return Problem(number, "It holds no worked case (a list of inputs and outputs).",
                       excerpt(text or task))  # fmt: skip
    try:
        turns = [_turns(task, case, place) for place, case in enumerate(cases, start=1)]
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(text))
    system = cell(row, mapping, "system").strip()
    first = [Message(role="system", content=system)] if system else []
    group = f"task of row {number}" if len(turns) > 1 else None  # its cases are not independent
    return [Example(messages=[*first, *said], source_row=number, group=group) for said in turns]


def _turns(task: str, case: Any, place: int) -> list[Message]:
    if not _is_case(case):
        raise Unusable(f"Case {place} of this task has no output.")
    given = next((_text(case[name]) for name in _GIVEN if name in case), "").strip()
    result = next(_text(case[name]) for name in _RESULT if name in case)
    question = "\n\n".join(part for part in (task, given) if part)
    return [Message(role="user", content=question), Message(role="assistant", content=result)]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    return "" if value is None else str(value)


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    made = _to_examples(row, mapping)
    return made if isinstance(made, Problem) else made[0]


LAYOUT = Layout(
    key="seed_tasks",
    title="Tasks with worked cases",
    term="seed tasks with instances",
    help="Each row holds a task and a list of worked cases; every case becomes an example.",
    roles=(
        Role("instruction", "Task", "instruction", required=False),
        Role("cases", "Worked cases", "instances", required=True),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
    to_examples=_to_examples,
)
