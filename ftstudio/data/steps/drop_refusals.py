"""Answers in which another model refuses, or says what it is."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.acting import left_out, told
from ftstudio.data.finding.refusals import refusal
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import answers


def _words(row: Row) -> str:
    return next(filter(None, map(refusal, answers(row.example))), "")


def _find(rows: Sequence[Row], params: Params) -> Finding:
    found = [(row.number, words) for row in rows if (words := _words(row))]
    return told(
        "drop_refusals", [number for number, _ in found],
        title="Answers that refuse",
        sentence=f"{rows_are(len(found), 'refuses or speaks', 'refuse or speak')} as a model, such "
        f"as “{found[0][1] if found else ''}”. Yours would learn to do so too.",
        fine_title="No refusals",
        fine="No answer refuses or speaks of itself as a model.",
        remedy="Leave them out",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    def reason(row: Row) -> str:
        words = _words(row)
        return f"The answer says “{words}”." if words else ""

    return left_out(rows, reason)


STEP = Step(
    key="drop_refusals",
    title="Leave out refusals",
    term="refusals and boilerplate",
    order=12,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
    kinds=("chat", "preference", "feedback"),
    version=2,
)
