"""Texts copied from web pages, with their tags: as a browser would show them."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.acting import changed, told
from ftstudio.data.finding.markup import has_html, without_html
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts, with_texts


def _find(rows: Sequence[Row], params: Params) -> Finding:
    found = [row.number for row in rows if any(map(has_html, texts(row.example)))]
    return told(
        "html_to_text", found,
        title="HTML in texts",
        sentence=f"{rows_are(len(found), 'has', 'have')} tags or signs of web pages in it, such "
        "as <br> or &amp;. That is right where the model is to write HTML, and wrong elsewhere.",
        fine_title="No HTML in texts",
        fine="No text has tags of web pages in it.",
        remedy="Make it plain text",
    )  # fmt: skip


def _mended(text: str) -> str:
    return without_html(text) if has_html(text) else text


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    return changed(rows, lambda one: with_texts(one, _mended))


STEP = Step(
    key="html_to_text",
    title="Make HTML plain text",
    term="HTML to text",
    order=7,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
)
