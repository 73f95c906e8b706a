"""A text and the class it belongs to, or several: what sorting rows is learned from."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.columns.column_roles import beside, best, find_text, rival_texts
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.marks import few_classes, read_classes
from ftstudio.data.pictures import SUFFIXES
from ftstudio.data.table import Column, Problem

_CLASSES = 300  # with more, it is hardly a class


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    few = {column.name: few_classes(column.name, sample) for column in columns}
    classes = [column for column in columns if 2 <= few[column.name] <= _CLASSES]
    label = best(classes, "label") or _unnamed(classes)
    text = find_text([c for c in columns if c is not label and not _names_pictures(c, sample)])
    if label is None or text is None or text.mean_length <= label.mean_length:
        reason = "No column holds a few short values that come again and again beside a text."
        return Guess("label", 0.05, reason, {}, frozenset())
    named = name_says(label.name, "label") >= 0.7
    mapping = {text.name: "text", label.name: "label"}
    rest = [column for column in columns if column.name not in mapping]
    rivals = rival_texts(text, rest)
    confidence = _confidence(named, rivals)
    sure = {column.name for column in rest if beside(column)}
    if named and not rivals:
        sure |= set(mapping) | {column.name for column in rest}
    reason = (
        f"“{label.name}” holds {_count(label, few[label.name])} values that come again and again; "
        f"“{text.name}” is the text they belong to."
    )
    return Guess("label", confidence, reason, mapping, frozenset(sure))


def _names_pictures(column: Column, sample: Sequence[Row]) -> bool:
    """The names of pictures' files are no texts that a class belongs to."""
    filled = [text.lower() for row in sample if (text := row.get(column.name))]
    return bool(filled) and all(text.endswith(SUFFIXES) for text in filled)


def _unnamed(classes: Sequence[Column]) -> Column | None:
    """The likeliest of the columns whose names say nothing."""
    plain = [c for c in classes if c.kind == "text" and not beside(c) and c.filled >= 20]
    return min(plain, key=lambda column: column.distinct, default=None)


def _confidence(named: bool, rivals: int) -> float:
    if named:
        return {0: 0.97, 1: 0.7}.get(rivals, 0.45)
    return 0.55 if not rivals else 0.2


def _count(label: Column, seen: int) -> str:
    """Classes as counted over the whole column, unless cells hold several."""
    several = any(len(read_classes(text)) > 1 for text in label.examples)
    return f"{seen if several else max(seen, label.distinct):,} different"


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    """Empty texts and missing classes are left for the checks."""
    return Example(
        messages=[Message(role="user", content=cell(row, mapping, "text"))],
        labels=read_classes(cell(row, mapping, "label")),
        source_row=int(row["_row"] or 0),
    )


LAYOUT = Layout(
    key="label",
    title="Texts and their classes",
    term="classification",
    help="Each row holds a text and the class it belongs to; several are written with ; or | "
    "between them.",
    roles=(
        Role("text", "Text", "input", required=True, many=True),
        Role("label", "Class", "label", required=True),
    ),
    guess=_guess,
    to_example=_to_example,
    kind="label",
)
