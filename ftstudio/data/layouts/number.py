"""A text and a number that stands for it, such as stars, points or a price."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.core.numerals import read_number
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import EXACT, beside, best, find_text, rival_texts
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt

_MANY = 20  # different numbers from which a column called "label" is no class


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    numbers = [column for column in columns if column.kind == "number" and column.distinct > 1]
    number = best(numbers, "number") or _unlikely_class(numbers)
    text = find_text([column for column in columns if column is not number])
    if number is None or text is None or not _read(number.name, sample):
        reason = "No column of numbers is named like a score or a rating."
        return Guess("number", 0.05, reason, {}, frozenset())
    mapping = {text.name: "text", number.name: "number"}
    rest = [column for column in columns if column.name not in mapping]
    rivals = rival_texts(text, rest)
    confidence = {0: 0.96, 1: 0.65}.get(rivals, 0.4)
    sure = {column.name for column in rest if beside(column)}
    if not rivals:
        sure |= set(mapping) | {column.name for column in rest}
    reason = f"“{number.name}” holds numbers; “{text.name}” is the text they belong to."
    return Guess("number", confidence, reason, mapping, frozenset(sure))


def _unlikely_class(numbers: Sequence[Column]) -> Column | None:
    """A column called "label" whose numbers are too many to be classes."""
    said = [c for c in numbers if name_says(c.name, "label") >= EXACT and c.distinct > _MANY]
    return said[0] if said else None


def _read(name: str, sample: Sequence[Row]) -> bool:
    """Whether nearly all that stands there can be read as a number."""
    filled = [text for row in sample if (text := row.get(name))]
    return sum(1 for text in filled if read_number(text) is not None) >= 0.8 * len(filled)


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    number = int(row["_row"] or 0)
    said, text = cell(row, mapping, "number"), cell(row, mapping, "text")
    value = read_number(said)
    if value is None:
        reason = f"“{excerpt(said)}” is not a number." if said.strip() else "There is no number."
        return Problem(number, reason, excerpt(text))
    message = Message(role="user", content=text)
    return Example(messages=[message], number=value, source_row=number)


LAYOUT = Layout(
    key="number",
    title="Texts and their numbers",
    term="regression",
    help="Each row holds a text and the number it is worth, such as stars or points.",
    roles=(
        Role("text", "Text", "input", required=True, many=True),
        Role("number", "Number", "score", required=True),
    ),
    guess=_guess,
    to_example=_to_example,
    kind="number",
)
