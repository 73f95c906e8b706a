"""Questions that are asked again and answered differently."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params
from ftstudio.data.normal import normal, whole_text
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are


def _groups(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Positions by question, for single questions with two or more different answers."""
    found: dict[str, dict[str, list[int]]] = {}
    for position, row in enumerate(rows):
        spoken = [m for m in row.example.messages if m.role != "system"]
        system = "".join(m.content for m in row.example.messages if m.role == "system")
        if len(spoken) == 2 and row.example.question.strip():
            question = f"{normal(system)}\n{normal(row.example.question)}"
            answers = found.setdefault(question, {})
            answers.setdefault(whole_text(row.example), []).append(position)
    return {
        question: sorted(position for places in answers.values() for position in places)
        for question, answers in found.items()
        if len(answers) > 1
    }


def _find(rows: Sequence[Row], params: Params) -> Finding:
    groups = _groups(rows)
    places = sorted(position for group in groups.values() for position in group)
    questions = "1 question has" if len(groups) == 1 else f"{len(groups):,} questions have"
    sentence = (
        f"{questions} two or more different answers ({rows_are(len(places), '', '').strip()}). "
        "That is fine where several answers are right; otherwise the model learns a mixture."
        if groups
        else "No question has two different answers."
    )
    return Finding(
        key="drop_contradictions",
        severity="look" if groups else "fine",
        title="Same question, different answers" if groups else "No contradictions",
        sentence=sentence,
        count=len(groups),
        rows=[rows[position].number for position in places],
        remedy_title="Keep the first answer only" if groups else "",
        step_key="drop_contradictions",
    )


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    later = {position for group in _groups(rows).values() for position in group[1:]}
    kept = [row for position, row in enumerate(rows) if position not in later]
    return Outcome(kept, removed=[rows[position].number for position in sorted(later)])


STEP = Step(
    key="drop_contradictions",
    title="Keep the first of several answers",
    term="conflicting labels",
    order=4,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
)
