"""Two questions in a row become one: chat formats take turns."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params
from ftstudio.data.acting import changed, told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are


def _joined(example: Example) -> Example:
    turns: list[Message] = []
    asked: int | None = None  # the place of the question that nobody has answered yet
    for turn in example.messages:
        if turn.role == "user" and asked is not None:
            turn = _one(turns.pop(asked), turn)
        if turn.role == "user":
            asked = len(turns)
        elif turn.role != "system":  # which may stand between two questions
            asked = None
        turns.append(turn)
    if len(turns) == len(example.messages):
        return example
    return example.model_copy(update={"messages": turns})


def _one(first: Message, second: Message) -> Message:
    said = "\n\n".join(filter(None, (first.content, second.content)))
    name = first.name if first.name == second.name else None
    return second.model_copy(update={"content": said, "name": name})


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    return changed(rows, _joined)


def _find(rows: Sequence[Row], params: Params) -> Finding:
    found = [row.number for row in rows if _joined(row.example) is not row.example]
    return told(
        "join_questions", found,
        title="Two questions in a row",
        sentence=f"{rows_are(len(found), 'has', 'have')} two questions in a row. Some models’ chat "
        "formats refuse that, and training then leaves such rows out.",
        fine_title="Questions and answers take turns",
        fine="No conversation has two questions in a row.",
        remedy="Join them into one",
    )  # fmt: skip


STEP = Step(
    key="join_questions",
    title="Join questions in a row",
    term="merge consecutive user turns",
    order=16,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
    kinds=("chat",),
)
