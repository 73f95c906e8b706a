"""Classes renamed or merged: “Pos”, “positive” and “+” are one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.params import Params, param
from ftstudio.data.acting import changed, left_out, told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.watched import heard, progress_of


class MapParams(Params):
    pairs: str = param(
        "", title="Old and new names",
        help="One pair a line or between semicolons: pos = positive; neg = negative. "
        "Nothing behind the = takes the class away.",
    )  # fmt: skip
    same_case: bool = param(
        True, title="Merge names that differ in case or spaces only",
        help="“Billing”, “billing ” and “BILLING” become the way it is written most often.",
    )  # fmt: skip


def _pairs(params: MapParams) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in params.pairs.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        old, sign, new = part.partition("=")
        if not sign or not old.strip():
            raise StudioError(
                f"“{part.strip()}” is no pair of names.",
                "There is no = between an old and a new name.",
                "Write it as: old name = new name.",
                code="pairs_unclear",
            )
        found[old.strip()] = new.strip()
    return found


def _lacking(params: Params) -> str:
    assert isinstance(params, MapParams)
    if _pairs(params) or params.same_case:
        return ""
    return "Name a class that is to be called otherwise, or merge names that differ in case only."


def _spellings(rows: Sequence[Row]) -> dict[str, str]:
    """By each spelling the commonest of those that mean the same."""
    counts = Counter(label for row in rows for label in row.example.labels or ())
    by_plain: dict[str, list[str]] = {}
    for label in counts:
        by_plain.setdefault(" ".join(label.casefold().split()), []).append(label)
    return {
        label: max(same, key=lambda one: (counts[one], one))
        for same in by_plain.values()
        for label in same
    }


def _renamed(example: Example, spellings: dict[str, str], pairs: dict[str, str]) -> Example:
    if example.labels is None:
        return example
    plain = {" ".join(old.casefold().split()): new for old, new in pairs.items()}

    def name(label: str) -> str:
        if label in pairs:
            return pairs[label]
        if spellings:
            return plain.get(" ".join(label.casefold().split()), spellings.get(label, label))
        return label

    labels = [new for new in dict.fromkeys(map(name, example.labels)) if new]
    return example.model_copy(update={"labels": labels})


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, MapParams)
    pairs, spellings = _pairs(params), _spellings(rows) if params.same_case else {}
    outcome = changed(rows, lambda one: _renamed(one, spellings, pairs))
    empty = {row.key for row in outcome.rows if row.example.labels == []}
    empty -= {row.key for row in rows if row.example.labels == []}
    kept = left_out(
        outcome.rows,
        lambda row: "Its class was taken away, and it has no other." if row.key in empty else "",
    )
    left = {row.number for row in heard(kept.rows, progress_of(rows))}
    return Outcome(
        kept.rows, kept.removed, [one for one in outcome.changed if one in left], kept.reasons
    )


def _find(rows: Sequence[Row], params: Params) -> Finding:
    outcome = _apply(rows, params)
    found = sorted({*outcome.changed, *outcome.removed})
    return told(
        "map_values", found,
        title="One class, several names",
        sentence=f"{rows_are(len(found), 'has', 'have')} a class that is written in another way "
        "elsewhere. To the model these are different classes.",
        fine_title="Classes have one name each",
        fine="No class has two names.",
        remedy="Give them one name",
    )  # fmt: skip


STEP = Step(
    key="map_values",
    title="Rename or merge classes",
    term="label mapping",
    order=8,
    by_default=False,
    params=MapParams,
    find=_find,
    apply=_apply,
    kinds=("label",),
    lacking=_lacking,
)
