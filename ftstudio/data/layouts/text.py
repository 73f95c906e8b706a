"""Documents, one or a piece of one per row: what a model reads to learn a field's language."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import EXACT, beside, find_text, rival_texts
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem

_PAGE = 200  # characters from which a cell is a text of its own, whatever its name
_SHORT = 40


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    text = find_text(columns)
    if text is None:
        return Guess("text", 0.05, "No column holds written text.", {}, frozenset())
    rest = [column for column in columns if column is not text]
    rivals = [column for column in rest if not beside(column) and _written(column)]
    named = name_says(text.name, "text") >= EXACT
    sure = {column.name for column in rest if beside(column)}
    confidence = _confidence(text, named, len(rivals) + rival_texts(text, rest))
    if confidence >= 0.8:
        sure |= {text.name, *(column.name for column in rest)}
    reason = (
        f"“{text.name}” holds texts of {text.mean_length:,.0f} letters on average"
        + (", and no other column stands for an answer." if confidence >= 0.6 else ".")
    )  # fmt: skip
    return Guess("text", confidence, reason, {text.name: "text"}, frozenset(sure))


def _written(column: Column) -> bool:
    return bool(column.filled) and column.kind in ("text", "list", "object")


def _confidence(text: Column, named: bool, rivals: int) -> float:
    if rivals:
        return 0.3 if rivals > 1 or text.mean_length < _PAGE else 0.4
    if named and text.mean_length >= _SHORT:
        return 0.95
    if text.mean_length >= _PAGE:
        return 0.85
    return 0.5 if named else 0.3


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    return Example(text=cell(row, mapping, "text"), source_row=int(row["_row"] or 0))


LAYOUT = Layout(
    key="text",
    title="Plain text",
    term="raw documents",
    help="Each row is a document, or a piece of one, without question or answer.",
    roles=(Role("text", "Text", "text", required=True, many=True),),
    guess=_guess,
    to_example=_to_example,
    kind="text",
)
