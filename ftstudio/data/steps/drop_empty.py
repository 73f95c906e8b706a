"""Examples that teach nothing: somebody says nothing, a class is missing, both answers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.acting import left_out
from ftstudio.data.normal import said
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import lacking

_WORDS = {
    "question": ("has no question", "have no question"),
    "answer": ("has an empty answer", "have an empty answer"),
    "text": ("has no text", "have no text"),
    "class": ("has no class", "have no class"),
    "same": ("says the same in both answers", "say the same in both answers"),
}

_REASONS = {
    "question": "It has no question.",
    "answer": "Its answer is empty.",
    "text": "It has no text.",
    "class": "It has no class.",
    "same": "Both answers say the same.",
}


def _fault(row: Row) -> str:
    example = row.example
    if fault := lacking(example):
        return fault
    if example.chosen is not None and said(example.chosen) == said(example.rejected or ()):
        return "same"
    return ""


def _find(rows: Sequence[Row], params: Params) -> Finding:
    faults = [(row, fault) for row in rows if (fault := _fault(row))]
    counts = Counter(fault for _, fault in faults)
    parts = [rows_are(counts[fault], *_WORDS[fault]) for fault in _WORDS if counts[fault]]
    only_same = set(counts) == {"same"}
    return Finding(
        key="drop_empty",
        severity="blocks" if faults else "fine",
        title=("Nothing to tell apart" if only_same else "Empty cells")
        if faults
        else "No empty cells",
        sentence=_sentence(parts, counts) if faults else _fine(rows),
        count=len(faults),
        rows=[row.number for row, _ in faults],
        remedy_title="Leave them out" if faults else "",
        step_key="drop_empty",
    )


def _sentence(parts: Sequence[str], counts: Counter[str]) -> str:
    said_nothing = counts["question"] + counts["answer"]
    end = "The model would learn to say nothing." if said_nothing else (
        "Neither is the better one, so there is nothing to learn." if counts["same"]
        else "There is nothing to learn from them."
    )  # fmt: skip
    return f"{' and '.join(parts)}. {end}"


def _fine(rows: Sequence[Row]) -> str:
    kind = rows[0].example.kind if rows else "chat"
    return {
        "text": "Every row holds some text.",
        "label": "Every text has a class.",
        "number": "Every number has its text.",
        "preference": "Every question has two different answers.",
    }.get(kind, "Every example has its question and its answer.")


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    return left_out(rows, lambda row: _REASONS.get(_fault(row), ""))


STEP = Step(
    key="drop_empty",
    title="Leave out empty ones",
    term="drop empty",
    order=2,
    by_default=True,
    params=Params,
    find=_find,
    apply=_apply,
)
