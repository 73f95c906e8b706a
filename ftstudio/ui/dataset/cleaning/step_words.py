"""The steps that can be added, by what they are for, each in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ftstudio.core.example import ExampleKind
from ftstudio.data.deciding import is_decision
from ftstudio.data.step import Step, steps

# Made by looking at rows, or by what a model read, not by a form.
_NOT_HERE = frozenset({"edit_rows", "judge_rows", "mark_same_meaning"})


def groups() -> list[tuple[str, list[str]]]:
    """Titles of groups with the keys of their steps."""
    tr = QCoreApplication.translate
    return [
        (tr("StepWords", "Tidy the text"),
         ["trim", "normalise", "fix_mojibake", "html_to_text", "replace_text",
          "cut_open_end", "join_questions"]),
        (tr("StepWords", "Leave rows out"),
         ["drop_empty", "drop_exact_duplicates", "drop_contradictions", "drop_by_length",
          "drop_long", "drop_refusals", "drop_placeholders", "keep_language"]),
        (tr("StepWords", "Protect people"), ["hide_personal"]),
        (tr("StepWords", "Keep together"), ["mark_near_duplicates"]),
        (tr("StepWords", "Classes"), ["map_values", "balance_labels"]),
        (tr("StepWords", "Mark for a look"), ["flag_quality", "flag_toxic"]),
        (tr("StepWords", "Add rows"), ["add_hard_copies"]),
    ]  # fmt: skip


def offered(kind: ExampleKind) -> list[tuple[str, list[Step]]]:
    """The groups with those of their steps that suit such examples; one that no group names
    stands in a group of its own."""
    left = {
        key: one
        for key, one in steps().items()
        if key not in _NOT_HERE and not is_decision(key) and one.suits(kind)
    }
    found = [(title, [left.pop(key) for key in keys if key in left]) for title, keys in groups()]
    if left:
        found.append((QCoreApplication.translate("StepWords", "More"), list(left.values())))
    return [(title, some) for title, some in found if some]


def sentence(key: str) -> str:
    """What the step is good for; empty where nobody has said it yet."""
    tr = QCoreApplication.translate
    return {
        "trim": tr("StepWords", "Spaces and empty lines at the ends of texts are cut off."),
        "normalise": tr(
            "StepWords", "Quotes, dashes, invisible signs and letters are written in one way."
        ),
        "fix_mojibake": tr(
            "StepWords",
            "Letters that were read in the wrong encoding, such as “cafÃ©”, are mended.",
        ),
        "html_to_text": tr("StepWords", "Tags such as <p> and &amp; become plain text."),
        "replace_text": tr("StepWords", "Words, or a pattern, are replaced wherever they stand."),
        "cut_open_end": tr(
            "StepWords", "A question at the end that nobody answers is cut off; the rest stays."
        ),
        "join_questions": tr(
            "StepWords", "Two questions in a row become one, as chat formats expect it."
        ),
        "drop_empty": tr("StepWords", "Rows without a question or an answer teach nothing."),
        "drop_exact_duplicates": tr(
            "StepWords", "What stands there twice would count double; the first one stays."
        ),
        "drop_contradictions": tr(
            "StepWords", "Of several answers to the same question only the first one stays."
        ),
        "drop_by_length": tr(
            "StepWords", "Rows with fewer or more characters than you say are left out."
        ),
        "drop_long": tr(
            "StepWords", "Rows of more tokens than the model reads are left out: their end is lost."
        ),
        "drop_refusals": tr(
            "StepWords", "“As an AI model I can't …”: a model that learns it says it more often."
        ),
        "drop_placeholders": tr(
            "StepWords", "Gaps that nobody filled in, such as {{name}} or [YOUR COMPANY]."
        ),
        "keep_language": tr("StepWords", "Only rows in the languages that you name stay."),
        "hide_personal": tr(
            "StepWords",
            "Addresses, numbers and keys become stand-ins, the same thing the same one. "
            "Names of people and streets are not found.",
        ),
        "mark_near_duplicates": tr(
            "StepWords", "Rows that say nearly the same stay, on one side of the split."
        ),
        "map_values": tr("StepWords", "Classes that mean the same get one name."),
        "balance_labels": tr(
            "StepWords", "Large classes give rows up, rows of small ones are repeated."
        ),
        "flag_quality": tr(
            "StepWords", "A dozen signs of poor texts are noted on the rows; none is removed."
        ),
        "flag_toxic": tr("StepWords", "Rows with insults are marked; none is removed."),
        "add_hard_copies": tr(
            "StepWords",
            "Copies with typos, small talk or false orders teach the model to cope. A copy never "
            "crosses the split.",
        ),
    }.get(key, "")
