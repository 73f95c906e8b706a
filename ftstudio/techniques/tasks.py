"""Several tasks learned at once: how much of each, and by which words they are told apart."""

from __future__ import annotations

from typing import Literal

from ftstudio.core.example import Example, Message
from ftstudio.core.mixture import MOST_PASSES, Mixing, counts, repeated

__all__ = ["MOST_PASSES", "TASK", "Mixing", "Tag", "counts", "repeated", "tagged"]

Tag = Literal["none", "system", "prefix"]
TASK = "task"  # in an example's `meta`: the name of its task


def tagged(example: Example, task: str, tag: Tag) -> Example:
    """The example with the name of its task, in its words too where that is wanted."""
    messages = list(example.messages)
    if tag == "system":
        said = f"Task: {task}"
        if messages and messages[0].role == "system":
            first = messages.pop(0)
            said = f"{said}\n{first.content}"
        messages.insert(0, Message(role="system", content=said))
    elif tag == "prefix":
        place = next((i for i, m in enumerate(messages) if m.role == "user"), None)
        if place is not None:
            words = f"[{task}] {messages[place].content}"
            messages[place] = messages[place].model_copy(update={"content": words})
    return example.model_copy(update={"messages": messages, "meta": {**example.meta, TASK: task}})
