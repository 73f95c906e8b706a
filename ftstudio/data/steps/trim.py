"""White space and invisible signs at the ends of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftstudio.core.params import Params
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts, with_texts

_STRAY = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u2060\ufeff"


def _trimmed(text: str) -> str:
    return text.strip(_STRAY)


def _stray(row: Row) -> bool:
    return any(text != _trimmed(text) for text in texts(row.example))


def _find(rows: Sequence[Row], params: Params) -> Finding:
    found = [row.number for row in rows if _stray(row)]
    sentence = (
        f"{rows_are(len(found), 'has', 'have')} spaces or empty lines before or after the text. "
        "The model would learn to write them too."
        if found
        else "No text begins or ends with stray spaces."
    )
    return Finding(
        key="trim",
        severity="look" if found else "fine",
        title="Stray white space" if found else "No stray white space",
        sentence=sentence,
        count=len(found),
        rows=found,
        remedy_title="Trim them" if found else "",
        step_key="trim",
    )


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    result, changed = [], []
    for row in rows:
        if _stray(row):
            changed.append(row.number)
            row = replace(row, example=with_texts(row.example, _trimmed))
        result.append(row)
    return Outcome(result, changed=changed)


STEP = Step(
    key="trim",
    title="Trim white space",
    term="strip",
    order=1,
    by_default=True,
    params=Params,
    find=_find,
    apply=_apply,
)
