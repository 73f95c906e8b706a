"""Rows changed by hand, as a step of the recipe: each with its key and its new texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params, param
from ftstudio.data.acting import told
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are


class Edit(BaseModel):
    """What a person wrote for one row; what is None stays."""

    model_config = ConfigDict(extra="forbid")

    question: str | None = None
    answer: str | None = None  # of a pair: the better one
    worse: str | None = None
    text: str | None = None
    turns: dict[int, str] | None = None  # by their place in the conversation
    labels: list[str] | None = None
    number: float | None = None
    good: bool | None = None
    remove: str | None = None  # why the row is taken out


class EditParams(Params):
    edits: str = param("{}", title="", help="The rows' keys with their new texts, as JSON.")


def as_params(edits: Mapping[int | str, Edit] | Mapping[int, Edit]) -> EditParams:
    """For the recipe. A number means every example of that row, a key as "12.2" (`Row.key`) one
    of them."""
    data = {str(number): edit.model_dump(exclude_none=True) for number, edit in edits.items()}
    return EditParams(edits=json.dumps(data, ensure_ascii=False, sort_keys=True))


def edits_of(params: EditParams) -> dict[int | str, Edit]:
    """Raises StudioError where they can't be read."""
    try:
        raw = json.loads(params.edits)
        return {_key(key): Edit.model_validate(edit) for key, edit in raw.items()}
    except (ValueError, AttributeError, ValidationError, RecursionError) as error:
        raise StudioError(
            "The changes made by hand can't be read.",
            "They are not the list of rows and texts that the app writes.",
            "Take the step back, or change the rows again.",
            code="edits_unreadable",
        ) from error


def _key(text: str) -> int | str:
    number, dot, case = text.partition(".")
    return f"{int(number)}.{int(case)}" if dot else int(number)


def _last(turns: Sequence[Message]) -> int | None:
    places = [place for place, turn in enumerate(turns) if turn.role == "assistant"]
    return places[-1] if places else None


def _put(turns: list[Message], place: int | None, text: str | None) -> list[Message]:
    if place is None or text is None or not 0 <= place < len(turns):
        return turns
    new = turns[place].model_copy(update={"content": text})
    return [*turns[:place], new, *turns[place + 1 :]]


def _edited(example: Example, edit: Edit) -> Example:
    messages = list(example.messages)
    first = next((i for i, turn in enumerate(messages) if turn.role == "user"), None)
    messages = _put(messages, first, edit.question)
    for place, text in (edit.turns or {}).items():
        messages = _put(messages, place, text)
    update: dict[str, Any] = {}
    if example.chosen is None:
        messages = _put(messages, _last(messages), edit.answer)
    else:
        update["chosen"] = _put(list(example.chosen), _last(example.chosen), edit.answer)
    if example.rejected is not None:
        update["rejected"] = _put(list(example.rejected), _last(example.rejected), edit.worse)
    for name in ("text", "labels", "number", "good"):
        given = getattr(edit, name)
        if given is not None and getattr(example, name) is not None:
            update[name] = given
    return example.model_copy(update=update | {"messages": messages})


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, EditParams)
    edits = edits_of(params)
    kept: list[Row] = []
    changed: list[int] = []
    reasons: dict[int, str] = {}
    for row in rows:
        edit = edits.get(row.key, edits.get(row.number))
        if edit is None:
            kept.append(row)
        elif edit.remove is not None:
            reasons[row.number] = edit.remove.strip() or "It was taken out by hand."
        else:
            example = _edited(row.example, edit)
            if example != row.example:
                changed.append(row.number)
                row = replace(row, example=example, tokens=None)
            kept.append(row)
    return Outcome(kept, list(reasons), changed, reasons)


def _find(rows: Sequence[Row], params: Params) -> Finding:
    outcome = _apply(rows, params)
    found = sorted({*outcome.changed, *outcome.removed})
    return told(
        "edit_rows", found,
        title="Changed by hand",
        sentence=f"{rows_are(len(found), 'was', 'were')} changed by hand and not written yet.",
        fine_title="Nothing changed by hand",
        fine="No row waits to be changed by hand.",
        remedy="Write the changes",
    )  # fmt: skip


STEP = Step(
    key="edit_rows",
    title="Change rows by hand",
    term="manual edits",
    order=26,
    by_default=False,
    params=EditParams,
    find=_find,
    apply=_apply,
    offered=False,
    numbered=True,
)
