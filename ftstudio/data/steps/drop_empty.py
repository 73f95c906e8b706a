"""Examples in which somebody says nothing: an empty question or an empty answer."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are


def _silent(row: Row) -> bool:
    return any(
        m.role in ("user", "assistant") and not m.content.strip() and not m.tool_calls
        for m in row.example.messages
    )


def _find(rows: Sequence[Row], params: Params) -> Finding:
    silent = [row for row in rows if _silent(row)]
    questions = sum(1 for row in silent if not row.example.question.strip())
    answers = len(silent) - questions
    parts = []
    if questions:
        parts.append(f"{rows_are(questions, 'has', 'have')} no question")
    if answers:
        parts.append(f"{rows_are(answers, 'has', 'have')} an empty answer")
    sentence = (
        f"{' and '.join(parts)}. The model would learn to say nothing."
        if silent
        else "Every example has its question and its answer."
    )
    return Finding(
        key="drop_empty",
        severity="blocks" if silent else "fine",
        title="Empty cells" if silent else "No empty cells",
        sentence=sentence,
        count=len(silent),
        rows=[row.number for row in silent],
        remedy_title="Leave them out" if silent else "",
        step_key="drop_empty",
    )


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    kept = [row for row in rows if not _silent(row)]
    return Outcome(kept, removed=[row.number for row in rows if _silent(row)])


STEP = Step(
    key="drop_empty",
    title="Leave out empty ones",
    term="drop empty",
    order=2,
    by_default=True,
    params=Params,
    find=_find,
    apply=_apply,
)
