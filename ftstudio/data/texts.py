"""All that an example says, whatever its kind: read it, change it, find what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ftstudio.core.example import Example, Message

Change = Callable[[str], str]
PICTURE = "<image>"  # where a text shows a picture; what is changed is only what stands around it


def texts(example: Example) -> Iterator[str]:
    """Every text in it, in the order in which it is read."""
    if example.text is not None:
        yield example.text
    for part in (example.messages, example.chosen or (), example.rejected or ()):
        for message in part:
            yield message.content


def with_texts(example: Example, change: Change) -> Example:
    """The same example with every text changed. What is JSON, as tools answer, stays so."""
    return _with_texts(example, _keeping_json(change))


def _keeping_json(change: Change) -> Change:
    """Where a change would break JSON, say by a quotation mark, it is made in its strings alone."""

    def kept(text: str) -> str:
        new = change(text)
        if new == text or text[:1] not in ("{", "[") or (whole := _json(text)) is None:
            return new
        return new if _json(new) is not None else json.dumps(_walked(whole, change),
                                                             ensure_ascii=False)  # fmt: skip

    return kept


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _with_texts(example: Example, change: Change) -> Example:
    if example.images:
        change = around_pictures(change)
    update: dict[str, object] = {"messages": _changed(example.messages, change)}
    if example.text is not None:
        update["text"] = change(example.text)
    for name in ("chosen", "rejected"):
        turns = getattr(example, name)
        if turns is not None:
            update[name] = _changed(turns, change)
    return example.model_copy(update=update)


def around_pictures(change: Change) -> Change:
    """The same change that leaves the marks of pictures as they are."""
    return lambda text: PICTURE.join(change(part) for part in text.split(PICTURE))


def with_all_strings(example: Example, change: Change) -> Example:
    """With every string changed that a person could stand in: texts, tool calls, classes, names,
    the group and what was noted beside it. Fields' names stay."""
    whole = _with_texts(example, change)  # each string is given to `change` once, in turn
    update: dict[str, object] = {}
    for name in ("messages", "chosen", "rejected"):
        turns = getattr(whole, name)
        if turns and any(turn.tool_calls or turn.name for turn in turns):
            update[name] = [_with_calls(turn, change) for turn in turns]
    if whole.labels:
        update["labels"] = [change(label) for label in whole.labels]
    if whole.group:
        update["group"] = change(whole.group)
    if whole.meta:
        update["meta"] = _walked(whole.meta, change)
    return whole.model_copy(update=update) if update else whole


def _with_calls(turn: Message, change: Change) -> Message:
    calls = _walked(turn.tool_calls, change) if turn.tool_calls else turn.tool_calls
    return turn.model_copy(update={"tool_calls": calls, "name": turn.name and change(turn.name)})


def _walked(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_walked(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _walked(item, change) for name, item in value.items()}
    return value


def all_strings(example: Example) -> list[str]:
    """Every string that `with_all_strings` would change."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    with_all_strings(example, note)
    return found


def asked_and_said(example: Example) -> tuple[str, str]:
    """All that the model reads, and all that it learns to say, each as one text."""
    if example.kind == "text":
        return example.text or "", ""
    if example.kind == "label":
        return example.question, "; ".join(sorted(example.labels or ()))
    if example.kind == "number":
        return example.question, f"{example.number:g}"
    read = "\n".join(m.content for m in example.messages if m.role != "assistant")
    turns = [*example.messages, *(example.chosen or ()), *(example.rejected or ())]
    return read, "\n".join(m.content for m in turns if m.role == "assistant")


def with_pictures(example: Example, pair: tuple[str, str]) -> tuple[str, str]:
    """What is asked and said, for comparing: the same question about another picture is another
    question."""
    return (" ".join([pair[0], *example.pictures]), pair[1]) if example.images else pair


def answers(example: Example) -> list[str]:
    """What the model learns to say: not the worse of two answers, nor one marked bad."""
    if example.kind == "text" or example.good is False:
        return []
    turns = [*example.messages, *(example.chosen or ())]
    return [m.content for m in turns if m.role == "assistant"]


def _changed(turns: Sequence[Message], change: Change) -> list[Message]:
    return [m.model_copy(update={"content": change(m.content)}) for m in turns]


def characters(example: Example) -> int:
    """As many as a model reads at once: of two continuations the longer one counts."""
    more = max(_length(example.chosen or ()), _length(example.rejected or ()))
    return len(example.text or "") + _length(example.messages) + more


def _length(turns: Sequence[Message]) -> int:
    return sum(len(message.content) for message in turns)


def lacking(example: Example) -> str:
    """What is missing: question, answer, text, class; empty where nothing is."""
    if example.kind == "text":
        return "text" if not (example.text or "").strip() else ""
    if example.kind in ("label", "number"):
        if not example.question.strip():
            return "text"
        return "class" if example.kind == "label" and not example.labels else ""
    if any(m.role == "user" and _silent(m) for m in example.messages):
        return "question"
    if any(m.role == "assistant" and _silent(m) for m in example.messages):
        return "answer"
    for turns in (example.chosen, example.rejected):
        if turns is not None and all(_silent(m) for m in turns if m.role == "assistant"):
            return "answer"
    return ""


def _silent(message: Message) -> bool:
    return not message.content.strip() and not message.tool_calls


def in_short(example: Example) -> tuple[str, str]:
    """What stands in a list: what it is about, and what is said of it."""
    if example.kind == "text":
        return example.text or "", ""
    if example.kind == "label":
        return example.question, "; ".join(example.labels or ())
    if example.kind == "number":
        return example.question, f"{example.number:g}"
    if example.kind == "feedback":
        return example.question, f"{'good' if example.good else 'bad'}: {example.answer}"
    if example.rejected is not None:
        worse = next((m.content for m in reversed(example.rejected) if m.role == "assistant"), "")
        return example.question, f"{example.answer} ↔ {worse}"
    return example.question, example.answer
