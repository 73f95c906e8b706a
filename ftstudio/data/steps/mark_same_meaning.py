"""Rows that mean the same in other words, as a local model compared them: marked as a group, or
one of each kept. What it found is part of the step, so that repeating it needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ftstudio.core.params import Params, param
from ftstudio.core.units import plural
from ftstudio.data import meant
from ftstudio.data.acting import because, row_named, told
from ftstudio.data.finding.meaning import THRESHOLD
from ftstudio.data.sides.together import together
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import asked_and_said

_NOT_COMPARED = "No model has compared the rows yet, so none is marked."


class MeaningParams(Params):
    threshold: float = param(
        THRESHOLD, title="How alike", term="cosine similarity", minimum=0.5, maximum=0.99,
        step=0.01,
        help="0.9 finds the same said in other words with most models; 0.8 finds what is about "
        "the same thing. Models differ: look at the groups.",
    )  # fmt: skip
    part: Literal["both", "question"] = param(
        "both", title="Compare",
        labels={"both": "question and answer", "question": "questions alone"},
        help="Each for itself: both must be alike. With questions alone, different answers to the "
        "same question are one group too.",
    )  # fmt: skip
    keep: Literal["all", "one"] = param(
        "all", title="Keep",
        labels={"all": "all, marked as a group", "one": "one of each group"},
        help="The same thing said in other words still teaches, so all are kept unless you say "
        "otherwise. A group never crosses the split.",
    )  # fmt: skip
    groups: str = param("", title="", help="Rows that mean the same, and how alike they are.")
    read: str = param("", title="", help="The rows that were compared, by their outlines.")
    at: float = param(0.0, title="", help="How alike they had to be when they were compared.")
    by: str = param("", title="", help="The model's name.")
    fingerprint: str = param("", title="", help="Of the model's files.")
    parts: str = param("", title="", help="What was compared.")


def _stars(rows: Sequence[Row], params: MeaningParams) -> tuple[list[meant.Star | None], int]:
    return meant.stars_now(rows, params.groups, params.read, params.threshold)


def _remark(params: MeaningParams, new: int) -> str:
    if not params.read:
        return _NOT_COMPARED
    said = []
    if new:
        have = rows_are(new, "is new or has", "are new or have")
        said.append(f"{have} changed since the model compared them: let it compare again.")
    if params.part != params.parts or params.threshold < params.at - 1e-6:
        said.append("The model compared by stricter or other settings: let it compare again.")
    return " ".join(said)


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, MeaningParams)
    stars, new = _stars(rows, params)
    remark = _remark(params, new)
    by_key = {row.key: row for row in rows}
    if params.keep == "one":
        return _one_of_each(rows, stars, by_key, remark)
    found = [None if star is None else f"meaning-{star[0]}" for star in stars]
    groups = together([row.near for row in rows], found)
    kept, changed, reasons = [], [], {}
    for row, group, star in zip(rows, groups, stars, strict=True):
        if group != row.near:
            changed.append(row.number)
            row = replace(row, near=group)
            if star is not None and star[0] != row.key and star[0] in by_key:
                reasons[row.number] = _same_as(by_key[star[0]], star[1])
        kept.append(row)
    return Outcome(kept, changed=changed, reasons=reasons, remark=remark)


def _one_of_each(
    rows: Sequence[Row], stars: Sequence[meant.Star | None], by_key: dict[str, Row],
    remark: str,
) -> Outcome:  # fmt: skip
    """Only what was compared with the row that stays is left out, and no other class than its."""
    kept: list[Row] = []
    reasons: dict[int, str] = {}
    for row, star in zip(rows, stars, strict=True):
        first = None if star is None else by_key.get(star[0])
        if star is None or first is None or first.key == row.key or _differ(row, first):
            kept.append(row)
        else:
            because(reasons, row, _same_as(first, star[1]))
    return Outcome(kept, removed=list(reasons), reasons=reasons, remark=remark)


def _differ(row: Row, first: Row) -> bool:
    if row.example.kind not in ("label", "number"):
        return False
    return asked_and_said(row.example)[1] != asked_and_said(first.example)[1]


def _same_as(first: Row, likeness: float) -> str:
    return f"It means the same as {row_named(first.number)} ({likeness:.2f} alike)."


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, MeaningParams)
    stars, new = _stars(rows, params)
    found = [row.number for row, star in zip(rows, stars, strict=True) if star is not None]
    groups = len({star[0] for star in stars if star is not None})
    many = plural(groups, "1 group", "{n} groups")
    remark = _remark(params, new)
    return told(
        "mark_same_meaning", found,
        title="The same in other words",
        sentence=f"{rows_are(len(found), 'means', 'mean')} the same as another one ({many}). If "
        f"one were used to learn and its twin to check, the check would be too good. {remark}"
        .rstrip(),
        fine_title="Nothing the same in other words" if params.read else "Meanings not compared",
        fine=f"No two rows mean the same. {remark}".rstrip() if params.read else remark,
        remedy="Keep each group together",
    )  # fmt: skip


STEP = Step(
    key="mark_same_meaning",
    title="Keep the same meaning together",
    term="semantic duplicates",
    order=28,
    by_default=False,
    params=MeaningParams,
    find=_find,
    apply=_apply,
    marks=True,
    offered=False,
)
