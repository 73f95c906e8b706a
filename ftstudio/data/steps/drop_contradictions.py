"""The same thing, answered, sorted or judged in different ways."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, ExampleKind
from ftstudio.core.params import Params
from ftstudio.core.units import plural
from ftstudio.data.acting import because, row_named
from ftstudio.data.held import let_go_of
from ftstudio.data.normal import marked, normal, said, whole_text
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are

# By kind: what there is one of, what there are many of, what follows, and the titles.
_Words = tuple[str, str, str, str]
_WORDS: dict[ExampleKind, _Words] = {
    "chat": (
        "question has two or more different answers",
        "questions have two or more different answers",
        "That is fine where several answers are right; otherwise the model learns a mixture.",
        "Same question, different answers",
    ),
    "preference": (
        "pair of answers is judged both ways",
        "pairs of answers are judged both ways",
        "What one row calls better the other calls worse, so they cancel each other out.",
        "Same pair, judged both ways",
    ),
    "feedback": (
        "answer is called both good and bad",
        "answers are called both good and bad",
        "That is fine where people differ; otherwise the rows cancel each other out.",
        "Same answer, good and bad",
    ),
    "label": (
        "text has two or more different classes",
        "texts have two or more different classes",
        "The model can only guess between them. Where several are right, write them in one row.",
        "Same text, different classes",
    ),
    "number": (
        "text has two or more different numbers",
        "texts have two or more different numbers",
        "The model learns their middle.",
        "Same text, different numbers",
    ),
}
_NONE: dict[ExampleKind, str] = {
    "chat": "No question has two different answers.",
    "preference": "No pair of answers is judged both ways.",
    "feedback": "No answer is called both good and bad.",
    "label": "No text has two different classes.",
    "number": "No text has two different numbers.",
    "text": "Plain texts can't contradict each other.",
}


def _about(example: Example) -> tuple[str, str] | None:
    """What a row is about and what it says of it, normalised; None where nothing can differ."""
    if example.kind == "text" or not example.question.strip():
        return None
    if example.kind == "chat":
        spoken = [m for m in example.messages if m.role != "system"]
        system = "".join(m.content for m in example.messages if m.role == "system")
        if len(spoken) != 2:
            return None
        shown = "".join(f"\n{name}" for name in example.pictures)
        return f"{normal(system)}\n{normal(example.question)}{shown}", whole_text(example)
    told = "\f".join([said(example.messages), *example.pictures])
    if example.kind == "preference":
        better, worse = said(example.chosen or ()), said(example.rejected or ())
        return "\f".join([told, *sorted((better, worse))]), better
    judged = sorted(normal(label) for label in example.labels or ())
    return told, f"{example.good} {judged} {example.number}"


def _groups(rows: Sequence[Row]) -> list[list[int]]:
    """Positions of the rows that are about the same thing and say different things of it."""
    first: dict[bytes, bytes] = {}  # what is about it, and what was said first
    torn: set[bytes] = set()
    for row in rows:
        if (about := _about(row.example)) is not None:
            subject, saying = marked(about[0]), marked(about[1])
            if first.setdefault(subject, saying) != saying:
                torn.add(subject)
    let_go_of(first)
    found: dict[bytes, list[int]] = {}
    for position, row in enumerate(rows) if torn else ():
        if (about := _about(row.example)) and (subject := marked(about[0])) in torn:
            found.setdefault(subject, []).append(position)
    return list(found.values())


def _find(rows: Sequence[Row], params: Params) -> Finding:
    kind: ExampleKind = rows[0].example.kind if rows else "chat"
    groups = _groups(rows)
    places = sorted(position for group in groups for position in group)
    sentence, title = _NONE[kind], "No contradictions"
    if groups:
        one, many, follows, title = _WORDS[kind]
        count = plural(len(groups), f"1 {one}", f"{{n}} {many}")
        sentence = f"{count} ({rows_are(len(places), '', '').strip()}). {follows}"
    return Finding(
        key="drop_contradictions",
        severity="look" if groups else "fine",
        title=title,
        sentence=sentence,
        count=len(groups),
        rows=[rows[position].number for position in places],
        remedy_title=_remedy(kind) if groups else "",
        step_key="drop_contradictions",
    )


def _remedy(kind: ExampleKind) -> str:
    return "Keep the first answer only" if kind == "chat" else "Keep the first row only"


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    first = {position: group[0] for group in _groups(rows) for position in group[1:]}
    kept = [row for position, row in enumerate(rows) if position not in first]
    reasons: dict[int, str] = {}
    for position in sorted(first):
        against = row_named(rows[first[position]].number)
        because(reasons, rows[position], f"It contradicts {against}.")
    return Outcome(kept, removed=list(reasons), reasons=reasons)


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
