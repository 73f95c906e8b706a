"""One way to write the same sign: composed letters, straight quotes, single spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ftstudio.core.params import Params, param
from ftstudio.data.acting import changed, told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts, with_texts

# A mark of direction counts where text runs from the right; scripts without spaces between words
# part them by an empty one (Khmer, Thai, Lao, Burmese).
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DIRECTION = re.compile("[\u200e\u200f]")
_INVISIBLE = re.compile("(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b|[\u2060\ufeff\u00ad]")
_LINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'",
                         "‛": "'", "«": '"', "»": '"'})  # fmt: skip
_WIDE_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_RUNS = re.compile(r"(?<=\S) {2,}(?=\S)")
# Spaces of code, tables and columns are meant: an indent, a bar, a tab, columns of numbers.
_ALIGNED = re.compile(
    r"(?m)^(?: {4}|\t| {2,}[\w.\[\]]+ ?[=(]).*$|^.*[|\t].*$|^[\d ().,-]+$|\\begin\{"
)
_ENDS = re.compile(r"(?<![ \t])[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


class NormaliseParams(Params):
    unicode: bool = param(
        True,
        title="Compose letters",
        term="Unicode NFC",
        help="Writes é as one sign and not as e with an accent, and takes out invisible signs.",
    )
    quotes: bool = param(
        False,
        title="Straight quotes",
        help='Writes “so” and »so« as "so". The model learns to write what stands there.',
    )
    spaces: bool = param(
        True,
        title="Single spaces",
        term="whitespace",
        help="Several spaces or empty lines become one. Texts with code or columns keep theirs.",
    )


def _lacking(params: Params) -> str:
    assert isinstance(params, NormaliseParams)
    some = params.unicode or params.quotes or params.spaces
    return "" if some else "Switch on what is to be written in one way."


def _normalised(text: str, params: NormaliseParams) -> str:
    if params.unicode:
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", _LINES.sub("\n", text)))
        text = _CONTROL.sub("", text if _RIGHT.search(text) else _DIRECTION.sub("", text))
    if params.quotes:
        text = text.translate(_QUOTES)
    if params.spaces and "```" not in text and "~~~" not in text:
        text = _ENDS.sub("", _WIDE_SPACES.sub(" ", text))
        if not _ALIGNED.search(text):
            text = _EMPTY_LINES.sub("\n\n", _RUNS.sub(" ", text))
    return text


def _find(rows: Sequence[Row], params: Params) -> Finding:
    assert isinstance(params, NormaliseParams)
    found = [
        row.number
        for row in rows
        if any(text != _normalised(text, params) for text in texts(row.example))
    ]
    return told(
        "normalise", found,
        title="Signs written in several ways",
        sentence=f"{rows_are(len(found), 'has', 'have')} invisible signs, letters put together in "
        "an unusual way, or several spaces in a row. To the model these are other words.",
        fine_title="Signs are written in one way",
        fine="Letters and spaces are written in one way.",
        remedy="Write them in one way",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, NormaliseParams)
    return changed(rows, lambda one: with_texts(one, lambda text: _normalised(text, params)))


STEP = Step(
    key="normalise",
    title="Write signs in one way",
    term="normalisation",
    order=20,
    by_default=False,
    params=NormaliseParams,
    find=_find,
    apply=_apply,
    lacking=_lacking,
    version=2,
    offered=False,
)
