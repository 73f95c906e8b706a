"""Examples too long for the model: their end would be cut off."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params, param
from ftstudio.data.acting import left_out
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import characters

_CHARACTERS_PER_TOKEN = 3.5  # English and German text; only until tokens have been counted


class LongParams(Params):
    limit: int = param(
        512,
        title="Longest example",
        term="max length",
        unit="tokens",
        minimum=16,
        maximum=1_000_000,
        help="Longer examples are left out. A page of English is about 600 tokens.",
    )


def _length(row: Row) -> float:
    if row.tokens is not None:
        return row.tokens
    return characters(row.example) / _CHARACTERS_PER_TOKEN


def _too_long(row: Row, params: Params) -> bool:
    """Documents never are: training cuts them into pieces and learns from every one."""
    assert isinstance(params, LongParams)
    return row.example.kind != "text" and _length(row) > params.limit


def _reason(row: Row, params: Params) -> str:
    assert isinstance(params, LongParams)
    if not _too_long(row, params):
        return ""
    about = "" if row.tokens is not None else "about "
    return f"It has {about}{round(_length(row)):,} tokens; {params.limit:,} fit."


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, LongParams)
    found = [row.number for row in rows if _too_long(row, params)]
    counted = all(row.tokens is not None for row in rows)
    about = "" if counted else "about "
    kind = rows[0].example.kind if rows else "chat"
    lost = "" if kind in ("label", "number") else ", and the answer with it"
    if kind == "text":
        sentence = "Long documents are cut into pieces for training, and all of them are learned."
    elif found:
        sentence = (
            f"{rows_are(len(found), 'is', 'are')} longer than {about}{params.limit:,} tokens. "
            f"The end would be cut off{lost}."
        )
    else:
        sentence = (
            f"Every example fits into {params.limit:,} tokens{'' if counted else ', by estimate'}."
        )
    return Finding(
        key="drop_long",
        severity="look" if found else "fine",
        title="Too long for the model" if found else "Short enough for the model",
        sentence=sentence,
        count=len(found),
        rows=found,
        remedy_title="Leave them out" if found else "",
        step_key="drop_long",
    )


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    return left_out(rows, lambda row: _reason(row, params))


STEP = Step(
    key="drop_long",
    title="Leave out by length in tokens",
    term="length filter, as the model counts",
    order=5,
    by_default=False,
    params=LongParams,
    find=_find,
    apply=_apply,
)
