"""Texts copied from web pages, with their tags: as a browser would show them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftstudio.core.example import Example
from ftstudio.core.params import Params, param
from ftstudio.data.acting import changed, told
from ftstudio.data.finding.markup import has_html, without_html
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts, with_texts


class HtmlParams(Params):
    asked: bool = param(
        False, title="Also where HTML is asked for",
        help="Rows whose question speaks of HTML, tags, CSS or a web page are left as they are, "
        "for there the tags are the answer.",
    )  # fmt: skip


_ASKED = re.compile(
    r"\bx?html|\bphp\b|\bcss\b|\btags?\b|web ?(?:page|site)|webseite|\bsvg\b|\bxml\b|\bjsx\b"
    r"|\breact\b|\bvue\b|\bangular\b|页面|网页|网站", re.I
)  # fmt: skip
_TAGS = re.compile(r"<[^<>]{1,2000}>")


def _left_alone(example: Example, params: HtmlParams) -> bool:
    if params.asked or example.kind in ("text", "label", "number"):
        return False
    return any(turn.role == "user" and _ASKED.search(_TAGS.sub(" ", turn.content))
               for turn in example.messages)  # fmt: skip


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, HtmlParams)
    found = [
        row.number
        for row in rows
        if any(map(has_html, texts(row.example))) and not _left_alone(row.example, params)
    ]
    return told(
        "html_to_text", found,
        title="HTML in texts",
        sentence=f"{rows_are(len(found), 'has', 'have')} tags or signs of web pages in it, such "
        "as <br> or &amp;. That is right where the model is to write HTML, and wrong elsewhere.",
        fine_title="No HTML in texts",
        fine="No text has tags of web pages in it, but where they are asked for.",
        remedy="Make it plain text",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, HtmlParams)

    def mended(example: Example) -> Example:
        return example if _left_alone(example, params) else with_texts(example, without_html)

    return changed(rows, mended)


STEP = Step(
    key="html_to_text",
    title="Make HTML plain text",
    term="HTML to text",
    order=7,
    by_default=False,
    params=HtmlParams,
    find=_find,
    apply=_apply,
    version=2,
)
