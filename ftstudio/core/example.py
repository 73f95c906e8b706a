"""An example: one conversation that a model can learn from, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["system", "user", "assistant", "tool"]
ExampleKind = Literal["chat", "text", "preference", "label"]


class Message(BaseModel):
    """One turn. `tool_calls` holds OpenAI-shaped calls; a tool's answer has role "tool"."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    content: str = ""
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None

    def for_template(self) -> dict[str, Any]:
        """The shape that chat templates read, absent fields left out."""
        return self.model_dump(exclude_none=True)


class Example(BaseModel):
    """One row to learn from. Schema 1 knows conversations; later kinds add fields, never meaning.

    `source_row` is the row's own number in the file it came from (line, or spreadsheet row),
    `group` keeps rows together that must not be split between training and validation.
    """

    model_config = ConfigDict(extra="forbid")

    messages: list[Message]
    tools: list[dict[str, Any]] | None = None
    source_row: int = 0
    group: str | None = None
    meta: dict[str, Any] = Field(default_factory=dict)

    @property
    def question(self) -> str:
        """The first user turn: what a person would call the question."""
        return next((m.content for m in self.messages if m.role == "user"), "")

    @property
    def answer(self) -> str:
        """The last assistant turn: what the model should say."""
        return next((m.content for m in reversed(self.messages) if m.role == "assistant"), "")

    def content_hash(self) -> str:
        """sha256 over what is learned (messages and tools), not over where it came from."""
        return canonical_hash(
            {"messages": [m.for_template() for m in self.messages], "tools": self.tools}
        )


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same text everywhere."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_hash(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
