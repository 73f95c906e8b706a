"""Rows that say nearly the same: kept, marked, and held on one side of the split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ftstudio.core.params import Params, param
from ftstudio.core.units import plural
from ftstudio.data.acting import because, row_named, told
from ftstudio.data.finding.duplicates import THRESHOLD, near
from ftstudio.data.held import Held
from ftstudio.data.sides.together import together
from ftstudio.data.step import Choice, Finding, Outcome, Row, Step, is_copy, rows_are
from ftstudio.data.texts import asked_and_said, with_pictures
from ftstudio.data.watched import heard, progress_of, unwatched


class NearParams(Params):
    threshold: float = param(
        THRESHOLD, title="How alike", term="Jaccard similarity", minimum=0.7, maximum=0.95,
        step=0.01,
        help="The share of five-letter pieces that two questions, and two answers, have in common. "
        "0.8 finds typos and small edits; lower finds more and errs more often.",
    )  # fmt: skip
    keep: Literal["all", "one"] = param(
        "all", title="Keep",
        labels={"all": "all, marked as a group", "one": "one of each group"},
        help="Rows that follow one pattern look alike and still teach different things, so all are "
        "kept unless you say otherwise. A group never crosses the split.",
    )  # fmt: skip


def _leaders(rows: Sequence[Row], params: NearParams) -> list[int | None]:
    tell = progress_of(rows)
    told = heard(unwatched(rows), tell)
    said = Held(with_pictures(one := row.example, asked_and_said(one)) for row in told)
    return near(said, params.threshold, tell)


def _groups(rows: Sequence[Row], leaders: Sequence[int | None]) -> list[str | None]:
    """With the groups that earlier steps have found: where they meet they are one."""
    found = [None if leader is None else f"near-{rows[leader].number}" for leader in leaders]
    return together([row.near for row in rows], found)


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, NearParams)
    leaders = _leaders(rows, params)
    marked = zip(rows, leaders, _groups(rows, leaders), strict=True)
    alike = [one for one in marked if one[1] is not None and not is_copy(one[0])]
    sizes = Counter(leader for _row, leader, _group in alike)
    alike = [one for one in alike if sizes[one[1]] > 1]  # not only beside copies of its own
    open_ones = [row.number for row, _leader, group in alike if group != row.near]
    groups = len({leader for _row, leader, _group in alike})
    many = plural(groups, "1 group", "{n} groups")
    return told(
        "mark_near_duplicates", open_ones,
        title="Nearly the same",
        sentence=f"{rows_are(len(alike), 'says', 'say')} nearly the same as another one "
        f"({many}). If one were used to learn and its twin to check, the check would be too good.",
        fine_title="Nothing nearly the same" if not groups else "Near duplicates are marked",
        fine="No two rows say nearly the same." if not groups
        else f"{many} of rows that say nearly the same {plural(groups, 'stays', 'stay')} on one "
        "side of the split.",
        remedy="Keep each group together",
        choices=(
            Choice("Keep one of each group", "mark_near_duplicates", {"keep": "one"}),
            Choice("Leave them as they are", "keep_near_duplicates", {"rows": len(open_ones)}),
        ),
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, NearParams)
    kept: list[Row] = []
    changed: list[int] = []
    reasons: dict[int, str] = {}
    leaders = _leaders(rows, params)
    groups = _groups(rows, leaders)
    for place, leader in enumerate(leaders):
        row = rows[place]
        if params.keep == "one":
            if leader is None or place == leader:
                kept.append(row)
            else:
                other = row_named(rows[leader].number)
                because(reasons, row, f"It says nearly the same as {other}.")
        else:
            if row.near != groups[place]:
                changed.append(row.number)
                row = replace(row, near=groups[place])
            kept.append(row)
    return Outcome(kept, removed=list(reasons), changed=changed, reasons=reasons)


STEP = Step(
    key="mark_near_duplicates",
    title="Keep near duplicates together",
    term="near-duplicate detection (MinHash)",
    order=9,
    by_default=False,
    params=NearParams,
    find=_find,
    apply=_apply,
    marks=True,
    slow=True,
)
