"""Conversations that end with a question: what nobody answers is cut off."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params
from ftstudio.data.acting import changed, left_out, told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import PICTURE
from ftstudio.data.watched import heard, progress_of

_SILENT = "Nobody answers in it."


def _open(example: Example) -> bool:
    spoken = [turn.role for turn in example.messages if turn.role != "system"]
    return example.kind == "chat" and spoken[-1:] == ["user"]


def _answered(turns: Sequence[Message]) -> list[Message]:
    """Up to the last answer."""
    ends = [place for place, turn in enumerate(turns, 1) if turn.role not in ("user", "system")]
    return list(turns[: ends[-1]]) if ends else []


def _cut(example: Example) -> Example:
    if not _open(example):
        return example
    turns = _answered(example.messages)
    update: dict[str, object] = {"messages": turns}
    if example.images:  # a picture that was only shown at the end goes with it
        kept = sum(turn.content.count(PICTURE) for turn in turns)
        names = example.pictures[:kept]
        update |= {"images": example.images[:kept], "meta": example.meta | {"images": names}}
    return example.model_copy(update=update)


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    def silent(row: Row) -> str:
        return _SILENT if _open(row.example) and not _answered(row.example.messages) else ""

    kept = left_out(rows, silent)
    cut = changed(heard(kept.rows, progress_of(rows)), _cut)
    return Outcome(cut.rows, kept.removed, cut.changed, kept.reasons)


def _find(rows: Sequence[Row], params: Params) -> Finding:
    found = [row.number for row in rows if _open(row.example)]
    return told(
        "cut_open_end", found,
        title="Unanswered at the end",
        sentence=f"{rows_are(len(found), 'ends', 'end')} with a question that nobody answers. The "
        "answers before it are learned, the last question is not.",
        fine_title="Answered to the end",
        fine="Every conversation ends with an answer.",
        remedy="Cut off what is not answered",
    )  # fmt: skip


STEP = Step(
    key="cut_open_end",
    title="Cut off an unanswered end",
    term="open turn",
    order=15,
    by_default=False,
    params=Params,
    find=_find,
    apply=_apply,
    kinds=("chat",),
)
