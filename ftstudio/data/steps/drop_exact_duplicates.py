"""Examples that say the same as an earlier one, but for case and white space."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.acting import because, row_named
from ftstudio.data.held import let_go_of
from ftstudio.data.normal import marked, whole_text
from ftstudio.data.step import Finding, Outcome, Row, Step, is_copy, rows_are

_WORDS = {
    "chat": (", question and answer", "No question and answer come twice."),
    "preference": (", question and both answers", "No question comes twice with both answers."),
    "label": (", text and class", "No text comes twice with its class."),
    "number": (", text and number", "No text comes twice with its number."),
}


def _repeated(rows: Sequence[Row]) -> dict[int, int]:
    """By the position of all but the first of each, the position of the first."""
    seen: dict[bytes, int] = {}
    found: dict[int, int] = {}
    for position, row in enumerate(rows):
        first = seen.setdefault(marked(whole_text(row.example)), position)
        if first != position:
            found[position] = first
    let_go_of(seen)
    return found


def _named(first: Row, row: Row) -> str:
    return row_named(first.number) if first.number != row.number else "another example of its row"


def _find(rows: Sequence[Row], params: Params) -> Finding:
    repeated = [rows[position] for position in sorted(_repeated(rows))]
    found = [row.number for row in repeated if not is_copy(row)]
    kind = rows[0].example.kind if rows else "chat"
    whole, none = _WORDS.get(kind, ("", "No row says the same as another."))
    sentence = (
        f"{rows_are(len(found), 'says', 'say')} the same as an earlier one{whole}. "
        "The model would see it more often and know it by heart."
        if found
        else none
    )
    return Finding(
        key="drop_exact_duplicates",
        severity="look" if found else "fine",
        title="Exact duplicates" if found else "No duplicates",
        sentence=sentence,
        count=len(found),
        rows=found,
        remedy_title="Keep the first of each" if found else "",
        step_key="drop_exact_duplicates",
    )


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    found = _repeated(rows)
    kept = [row for position, row in enumerate(rows) if position not in found]
    reasons: dict[int, str] = {}
    for position, first in found.items():
        row = rows[position]
        because(reasons, row, f"It says the same as {_named(rows[first], row)}.")
    return Outcome(kept, removed=list(reasons), reasons=reasons)


STEP = Step(
    key="drop_exact_duplicates",
    title="Leave out exact duplicates",
    term="exact deduplication",
    order=3,
    by_default=True,
    params=Params,
    find=_find,
    apply=_apply,
    version=2,
)
