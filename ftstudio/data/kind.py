"""What each kind of example is called, and what a dataset of that kind should have as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ftstudio.core.example import Example, ExampleKind
from ftstudio.core.units import plural
from ftstudio.data.acting import ADD_ROWS, LOOK_AT_COLUMNS, adjust, with_ways
from ftstudio.data.step import Finding, Row, rows_are

TITLES: dict[ExampleKind, str] = {
    "chat": "Questions and answers",
    "text": "Plain text",
    "preference": "Better and worse answers",
    "feedback": "Answers judged good or bad",
    "label": "Texts with classes",
    "number": "Texts with numbers",
}
_RARE = 5  # rows of a class below which nothing general can be learned of it
_NAMED = 3


def class_counts(examples: Iterable[Example]) -> dict[str, int]:
    """Rows by class, the most frequent first."""
    counts = Counter(label for example in examples for label in example.labels or ())
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def classes_in_words(counts: Mapping[str, int], most: int = 8) -> str:
    """“6 classes: billing 80, delivery 75, …”, the most frequent first."""
    shown = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    said = ", ".join(f"{label} {count:,}" for label, count in shown[:most])
    rest = f" and {len(shown) - most:,} more" if len(shown) > most else ""
    return f"{plural(len(shown), '1 class', '{n} classes')}: {said}{rest}" if shown else ""


def kind_findings(rows: Sequence[Row]) -> list[Finding]:
    """What is wrong with the rows as a whole: only one class, only good answers, rare classes."""
    if not rows:
        return []
    kind = rows[0].example.kind
    if kind == "label":
        return _of_classes(rows)
    if kind == "feedback":
        return _of_marks(rows)
    if kind == "number" and len({row.example.number for row in rows}) == 1:
        sentence = "Every text has the same number, so there is nothing to tell apart."
        return [_one_value("Only one number", sentence, rows)]
    return []


def _of_classes(rows: Sequence[Row]) -> list[Finding]:
    counts = class_counts(row.example for row in rows)
    if len(counts) < 2:
        sentence = "Every text has the same class, so there is nothing to tell apart."
        return [_one_value("Only one class", sentence, rows)] if counts else []
    rare = [label for label, count in counts.items() if count < _RARE]
    if not rare:
        return []
    named = ", ".join(f"“{label}”" for label in rare[:_NAMED])
    more = f" and {len(rare) - _NAMED:,} more" if len(rare) > _NAMED else ""
    verb = "is a class" if len(rare) == 1 else "are classes"
    sentence = (
        f"{named}{more} {verb} of fewer than {_RARE} rows. The model hardly learns to find them: "
        "add rows, repeat theirs, join them with another class by “Rename or merge classes”, or "
        "leave them out."
    )
    few = [row for row in rows if set(rare) & set(row.example.labels or ())]
    found = _finding("rare_classes", "Rare classes", sentence, few)
    return [_without(rare, found) if len(rare) < len(counts) - 1 else _repeated(found)]


def _repeated(found: Finding) -> Finding:
    """With the remedy to repeat the rows of such classes."""
    least = {"least": _RARE}
    return replace(found, remedy_title="Repeat their rows", step_key="balance_labels", params=least,
                   choices=(adjust("balance_labels", least), ADD_ROWS))  # fmt: skip


def _without(labels: Sequence[str], found: Finding) -> Finding:
    """With the remedy to take the classes away, where their names can be written as pairs."""
    if any(label != label.strip() or set(label) & set("=;\n") for label in labels):
        return _repeated(found)
    pairs = {"pairs": "\n".join(f"{label} =" for label in labels), "same_case": False}
    title = "Leave this class out" if len(labels) == 1 else "Leave these classes out"
    return replace(found, remedy_title=title, step_key="map_values", params=pairs,
                   choices=(ADD_ROWS,))  # fmt: skip


def _of_marks(rows: Sequence[Row]) -> list[Finding]:
    good = sum(1 for row in rows if row.example.good)
    if 0 < good < len(rows):
        return []
    word = "good" if good else "bad"
    sentence = (
        f"{rows_are(len(rows), 'is', 'are')} called {word}, none the opposite. "
        "What sets good answers apart can only be learned from both."
    )
    return [_one_value(f"Only {word} answers", sentence, rows)]


def _one_value(title: str, sentence: str, rows: Sequence[Row]) -> Finding:
    return with_ways(_finding("one_value", title, sentence, rows), LOOK_AT_COLUMNS, ADD_ROWS)


def _finding(key: str, title: str, sentence: str, rows: Sequence[Row]) -> Finding:
    return Finding(key, "look", title, sentence, len(rows), [row.number for row in rows])
