"""Rows changed by hand, as a step of the recipe: each with its key and its new texts.

In another file a row is known again by its mark alone (see `known_rows`), and only where no other
row says the same, then or now. What finds no row waits in the recipe for the next file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.params import Params, param
from ftstudio.data.acting import because, told
from ftstudio.data.drafting.known_rows import is_of, marks, marks_of
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are

Why = Literal["gone", "twice", "unmarked", "elsewhere"]
_WHY: dict[Why, str] = {
    "gone": "no row here is the one that was changed",
    "twice": "several rows say the same",
    "unmarked": "noted by an older version, which kept no mark of the row",
    "elsewhere": "made in another workspace, whose rows can't be known again here",
}


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


class Waiting(BaseModel):
    """A change whose row is not here, as far as that can be known."""

    model_config = ConfigDict(extra="forbid")

    mark: str
    why: Why
    edit: Edit


class EditParams(Params):
    edits: str = param("{}", title="", help="The rows' keys with their new texts, as JSON.")
    seen: str = param("{}", title="", help="Marks by which the rows are known again, as JSON.")
    waiting: str = param("[]", title="", help="Changes whose rows are not here, as JSON.")


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
        raise _unreadable() from error


def waiting_of(params: EditParams) -> list[Waiting]:
    """Raises StudioError where they can't be read."""
    try:
        return [Waiting.model_validate(one) for one in json.loads(params.waiting)]
    except (ValueError, TypeError, ValidationError, RecursionError) as error:
        raise _unreadable() from error


def _seen_of(params: EditParams) -> dict[str, str]:
    try:
        return {str(name): str(mark) for name, mark in json.loads(params.seen).items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise _unreadable() from error


def _unreadable() -> StudioError:
    return StudioError(
        "The changes made by hand can't be read.",
        "They are not the list of rows and texts that the app writes.",
        "Take the step back, or change the rows again.",
        code="edits_unreadable",
    )


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
    used: set[int | str] = set()
    for row in rows:
        name = row.key if row.key in edits else row.number
        edit = edits.get(name)
        used.add(name)
        if edit is None:
            kept.append(row)
        elif edit.remove is not None:
            because(reasons, row, edit.remove.strip() or "It was taken out by hand.")
        else:
            example = _edited(row.example, edit)
            if example != row.example:
                changed.append(row.number)
                row = replace(row, example=example, tokens=None)
            kept.append(row)
    why: Counter[Why] = Counter(one.why for one in waiting_of(params))
    why["gone"] += (lost := len(edits.keys() - used))
    remark = _told(len(edits) - lost, why)
    return Outcome(kept, list(reasons), changed, reasons, remark=remark)


def _told(done: int, why: Counter[Why]) -> str:
    """How many changes are done and how many are not; empty where all are."""
    lost = why.total()
    if not lost:
        return ""
    reasons = "; ".join(f"{count:,}: {_WHY[one]}" for one, count in why.items() if count)
    return f"Changes by hand: {done:,} of {done + lost:,} done here, {lost:,} not ({reasons})."


def _marked(rows: Sequence[Row], params: Params, key: bytes) -> Params:
    assert isinstance(params, EditParams)
    names = {str(name) for name in edits_of(params)}
    seen = json.dumps(marks_of(names, rows, key), sort_keys=True) if key else "{}"
    return params.model_copy(update={"seen": seen})


def _found_again(rows: Sequence[Row], params: Params, key: bytes) -> tuple[Params | None, str]:
    assert isinstance(params, EditParams)
    seen = _seen_of(params)
    todo = [(seen.get(str(name)), edit) for name, edit in edits_of(params).items()]
    before = waiting_of(params)
    todo += [(None if one.why == "unmarked" else one.mark, one.edit) for one in before]
    bearers = marks(rows, key)
    edits: dict[int | str, Edit] = {}
    again: dict[str, str] = {}
    waiting: list[Waiting] = []
    for mark, edit in todo:
        names = bearers.get(mark or "", [])
        if len(names) == 1 and names[0] not in again:
            edits[names[0]], again[names[0]] = edit, mark or ""
        else:
            waiting.append(Waiting(mark=mark or "", why=_why(mark, names, key), edit=edit))
    left = json.dumps([one.model_dump(exclude_none=True) for one in waiting], ensure_ascii=False)
    found = as_params(edits).model_copy(
        update={"seen": json.dumps(again, sort_keys=True), "waiting": left}
    )
    said = _told(len(edits), Counter(one.why for one in waiting))
    return (
        (found, said) if edits else (None, f"It names single rows, and here are other rows. {said}")
    )


def _forget(params: Params, meant: Callable[[str], bool]) -> Params:
    assert isinstance(params, EditParams)
    edits = {name: edit for name, edit in edits_of(params).items() if not meant(str(name))}
    seen = {name: mark for name, mark in _seen_of(params).items() if not meant(name)}
    told = as_params(edits).edits
    return params.model_copy(update={"edits": told, "seen": json.dumps(seen, sort_keys=True)})


def _why(mark: str | None, names: Sequence[str], key: bytes) -> Why:
    if mark is None:
        return "unmarked"
    if not mark or names:
        return "twice"
    return "gone" if is_of(mark, key) else "elsewhere"


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
    marked=_marked,
    found_again=_found_again,
    forget=_forget,
)
