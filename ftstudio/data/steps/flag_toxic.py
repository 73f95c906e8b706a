"""Insults and threats by a list of words, noted on the row. Nothing is removed."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params, param
from ftstudio.data.acting import flagged, told
from ftstudio.data.finding.toxicity import toxic
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import answers, texts


class ToxicParams(Params):
    answers_only: bool = param(
        False, title="Look at answers only",
        help="What people write to a model is often rude; what it answers should not be.",
    )  # fmt: skip


def _flags(row: Row, params: ToxicParams) -> list[str]:
    said = answers(row.example) if params.answers_only else texts(row.example)
    return ["toxic"] if any(map(toxic, said)) else []


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, ToxicParams)
    found = [row.number for row in rows if "toxic" not in row.flags and _flags(row, params)]
    return told(
        "flag_toxic", found,
        title="Insults or threats",
        sentence=f"{rows_are(len(found), 'holds', 'hold')} words of our short list of insults and "
        "threats. The list knows words, not meaning: a quote looks the same.",
        fine_title="No insults by our list",
        fine="No word of our short list of insults was found that is not flagged already. "
        "What is meant unkindly in kind words is not found.",
        remedy="Flag them",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, ToxicParams)
    return flagged(rows, lambda row: _flags(row, params))


STEP = Step(
    key="flag_toxic",
    title="Flag insults",
    term="toxicity word list",
    order=24,
    by_default=False,
    params=ToxicParams,
    find=_find,
    apply=_apply,
    marks=True,
    offered=False,
)
