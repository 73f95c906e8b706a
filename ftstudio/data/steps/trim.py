"""White space and invisible signs at the ends of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ftstudio.core.example import Example
from ftstudio.core.params import Params
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts, with_texts

_STRAY = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u2060\ufeff"


_INDENTED = re.compile(r"(?:[^\S\n]*\n)*(?P<indent> {2,}|\t+)(?=\S)")
# How a line of code begins, where an answer goes on within a function.
_CODE = re.compile(
    r"(?:return|if|elif|else|for|while|def|class|import|from|raise|with|try|except|yield|assert"
    r"|print|const|let|var|public|private|static)\b.*[:;()=\w]"
    r"|[\w.\[\]\"']+ ?(?:[-+*/]?=|\()|@\w|\}|#"
)


def _trimmed(text: str) -> str:
    plain = text.strip(_STRAY)
    match = _INDENTED.match(text)
    if match is None or not _indents_count(text, match):
        return plain
    return match["indent"] + plain


def _indents_count(text: str, match: re.Match[str]) -> bool:
    """Whether spaces before the first line say where it belongs: it is code that goes on, or all
    lines are indented at least as far, as in a poem or a list."""
    first, _, rest = text[match.end() :].partition("\n")
    lines = [line for line in rest.split("\n") if line.strip(_STRAY)]
    if lines and all(line.startswith(match["indent"]) for line in lines):
        return True
    return len(match["indent"].expandtabs(4)) >= 4 and _CODE.match(first) is not None


def _stray(row: Row) -> bool:
    return any(text != _trimmed(text) for text in texts(row.example))


def _ends_off(example: Example) -> Example:
    """A picture's mark is no end: the line behind it begins where it began."""
    plain = with_texts(example.model_copy(update={"images": None}), _trimmed)
    return plain.model_copy(update={"images": example.images})


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
            row = replace(row, example=_ends_off(row.example))
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
    version=2,
)
