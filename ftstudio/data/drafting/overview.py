"""How much there is to learn from, and how long it is: what no single row shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftstudio.core.example import ExampleKind
from ftstudio.core.units import plural
from ftstudio.data.acting import ADD_ROWS, LOOK_AT_COLUMNS, adjust, kind_of, with_ways
from ftstudio.data.kind import class_counts
from ftstudio.data.step import Finding, Row, rows_are
from ftstudio.data.texts import answers, asked_and_said, characters

# By kind: rows from which an effect shows, and from which more seldom help as much as better ones.
AMOUNTS: dict[ExampleKind, tuple[int, int]] = {
    "chat": (1_000, 5_000),
    "text": (1_000, 10_000),
    "preference": (500, 5_000),
    "feedback": (500, 5_000),
    "label": (200, 5_000),
    "number": (500, 5_000),
}
_NOUNS: dict[ExampleKind, tuple[str, str]] = {
    "chat": ("1 question with its answer", "{n} questions with answers"),
    "text": ("1 text", "{n} texts"),
    "preference": ("1 pair of answers", "{n} pairs of answers"),
    "feedback": ("1 judged answer", "{n} judged answers"),
    "label": ("1 text with its class", "{n} texts with classes"),
    "number": ("1 text with its number", "{n} texts with numbers"),
}
PER_CLASS = 50  # rows of a class from which it is told apart well
_BY_LENGTH = "drop_by_length"
_BY_HEART = "The model may only learn them by heart."
_STYLE = 50  # rows from which tone and form begin to change
_SHORT = 3  # letters of an answer, median, below which little is said
_STRAY = 20  # times the median: one row that is so long sets the memory that all need


def overview(rows: Sequence[Row]) -> list[Finding]:
    """The lines of the report card on the rows as a whole; empty without rows."""
    return [amount(rows), lengths(rows)] if rows else []


def amount(rows: Sequence[Row]) -> Finding:
    """Whether there is enough for what such examples are for."""
    kind = kind_of(rows)
    effect, plenty = AMOUNTS[kind]
    have = plural(len(rows), *_NOUNS[kind])
    if kind == "label":
        return _of_classes(rows, have, plenty)
    if len(rows) >= plenty:
        return _fine(
            f"{have} are plenty. From here on better rows help more than further ones: a few "
            "thousand good ones beat millions."
        )
    if len(rows) >= effect:
        return _fine(f"{have} are enough to see an effect, which shows from about {effect:,}.")
    lacking = f"An effect shows from about {effect:,} on, and a few thousand good ones are best."
    so_far = "They can change tone and form." if len(rows) >= _STYLE else _BY_HEART
    return _few(f"{have}. {so_far} {lacking}", len(rows))


def _of_classes(rows: Sequence[Row], have: str, plenty: int) -> Finding:
    counts = class_counts(row.example for row in rows)
    few = [name for name, many in counts.items() if many < PER_CLASS]
    if len(rows) >= plenty and not few:
        return _fine(f"{have} are plenty, and every class has {PER_CLASS} or more.")
    if not few:
        return _fine(f"{have}, {PER_CLASS} or more of each class: enough to tell them apart.")
    is_one = len(few) == 1
    which = f"“{few[0]}” has" if is_one else f"{len(few):,} of {len(counts):,} classes have"
    return _few(
        f"{have}. {which} fewer than {PER_CLASS} rows, from which a class is told apart well. More "
        "rows of these help most.",
        len(rows),
    )


def lengths(rows: Sequence[Row]) -> Finding:
    """Half of them, the longest, and whether one is longer than all others together deserve."""
    sizes = sorted(characters(row.example) for row in rows)
    middle, longest = sizes[len(sizes) // 2], sizes[-1]
    said = f"Half of them have under {middle + 1:,} characters, the longest {longest:,}."
    short = _short_answers(rows)
    if short is not None:
        return _of_short_answers(rows, said, short)
    most = _STRAY * max(middle, 50)
    stray = [row.number for row in rows if characters(row.example) > most]
    if stray and len(stray) <= len(rows) // 50 + 1:
        are = rows_are(len(stray), "is", "are")
        params = {"shortest_question": 0, "longest": most}
        return Finding(
            "lengths", "look", "Far longer than the others",
            f"{are} more than {_STRAY} times as long as the middle one. {said} The longest text "
            "sets the memory that training needs.",
            len(stray), stray, plural(len(stray), "Leave it out", "Leave them out"),
            _BY_LENGTH, (adjust(_BY_LENGTH, params),), params,
        )  # fmt: skip
    return Finding("lengths", "fine", "Lengths", said, 0, [])


def _of_short_answers(rows: Sequence[Row], said: str, middle: int) -> Finding:
    """Those that hardly say anything can go, as long as others are left."""
    short = [row.number for row in rows if len(asked_and_said(row.example)[1].strip()) <= _SHORT]
    found = Finding(
        "lengths", "look", "Very short answers",
        f"{said} Half of the answers have no more letters than {middle:,}. To sort texts into "
        "classes, a column as “Label” learns it better and cheaper.",
        len(short) or len(rows), short,
    )  # fmt: skip
    if not 0 < len(short) < len(rows):
        return with_ways(found, LOOK_AT_COLUMNS)
    params = {"shortest_question": 0, "shortest_answer": _SHORT + 1}
    return replace(
        found, remedy_title="Leave these answers out", step_key=_BY_LENGTH, params=params,
        choices=(LOOK_AT_COLUMNS, adjust(_BY_LENGTH, params)),
    )  # fmt: skip


def _short_answers(rows: Sequence[Row]) -> int | None:
    """The middle length of the answers where they hardly say anything."""
    if kind_of(rows) != "chat":
        return None
    sizes = sorted(len(said) for row in rows for said in answers(row.example))
    middle = sizes[len(sizes) // 2] if sizes else _SHORT + 1
    return middle if middle <= _SHORT and len(sizes) >= _STYLE else None


def _fine(sentence: str) -> Finding:
    return Finding("amount", "fine", "Amount", sentence, 0, [])


def _few(sentence: str, count: int) -> Finding:
    found = Finding("amount", "look", "Rather few examples", sentence, count, [])
    return with_ways(found, ADD_ROWS)
