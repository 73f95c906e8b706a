"""Signs that a text may be poor, noted on the row. Nothing is removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.acting import flagged, told
from ftstudio.data.finding.quality import SIGNS, signs
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import answers, asked_and_said


def _flags(row: Row) -> list[str]:
    example = row.example
    if example.kind in ("text", "label", "number"):
        found = signs("", example.text or example.question)
        return [f"quality:{key}" for key in found if key not in ("very_short", "echo", "link_only")]
    said = "\n".join(answers(example))
    return [f"quality:{key}" for key in signs(asked_and_said(example)[0], said)]


def _find(rows: Sequence[Row], params: Params) -> Finding:
    new = {row.number: flags for row in rows if (flags := set(_flags(row)) - row.flags)}
    counts = Counter(flag.partition(":")[2] for flags in new.values() for flag in flags)
    parts = [rows_are(many, *SIGNS[key]) for key, many in counts.most_common(3)]
    return told(
        "flag_quality", list(new),
        title="Rows to look at",
        sentence=f"{'; '.join(parts)}. Each of these can be right: look at them before you decide.",
        fine_title="No signs of poor texts",
        fine="None of a dozen signs of poor texts was found that is not flagged already.",
        remedy="Flag them",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    return flagged(rows, _flags)


STEP = Step(
    key="flag_quality",
    title="Flag what may be poor",
    term="quality heuristics",
    order=23,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
    marks=True,
    offered=False,
    version=2,
)
