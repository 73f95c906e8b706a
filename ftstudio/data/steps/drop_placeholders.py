"""Rows with gaps that nobody filled: {{name}}, [Your Name], lorem ipsum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.acting import left_out, told
from ftstudio.data.finding.placeholders import placeholders
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts


def _gaps(row: Row) -> list[str]:
    return [gap for text in texts(row.example) for gap in placeholders(text)]


def _find(rows: Sequence[Row], params: Params) -> Finding:
    counts: Counter[str] = Counter()
    found = []
    for row in rows:
        if gaps := _gaps(row):
            found.append(row.number)
            counts.update(gaps)
    shown = ", ".join(gap for gap, _ in counts.most_common(3))
    return told(
        "drop_placeholders", found,
        title="Gaps left in",
        sentence=f"{rows_are(len(found), 'holds', 'hold')} gaps that somebody meant to fill, such "
        f"as {shown}. The model would learn to write them. To fill them, replace the words.",
        fine_title="No gaps left in",
        fine="No text holds a gap such as {{name}} or [Your Name].",
        remedy="Leave them out",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    def reason(row: Row) -> str:
        gaps = _gaps(row)
        return f"It holds the gap {gaps[0]}." if gaps else ""

    return left_out(rows, reason)


STEP = Step(
    key="drop_placeholders",
    title="Leave out what has gaps",
    term="placeholders",
    order=13,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
    version=2,
)
