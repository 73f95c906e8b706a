"""An example: one thing that a model can learn from, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import field
from pathlib import PurePath
from typing import Any, Literal, TypeVar, get_args

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

Role = Literal["system", "user", "assistant", "tool"]
# chat: a conversation; text: raw text; preference: a better and a worse continuation; feedback: an
# answer marked good or bad; label: a text with its classes; number: a text with its score.
ExampleKind = Literal["chat", "text", "preference", "feedback", "label", "number"]
KINDS: tuple[ExampleKind, ...] = get_args(ExampleKind)
CASE = "case"  # in `meta`: which of a row's several examples it is, from 1
BETTER = "better row"  # in `meta` of a pair: the row whose answer is the better one, if another


_STRICT = ConfigDict(extra="forbid")
T = TypeVar("T", bound="_Checked")


class _Checked:
    """What a pydantic model offers, for dataclasses with slots: as models, a question and its
    answer took 2,300 bytes beside their letters; as these they take 650, and a million are held."""

    __slots__: tuple[str, ...] = ()  # of who inherits: the fields, in their order

    def model_copy(self: T, *, update: Mapping[str, Any] | None = None) -> T:
        """The same but for `update`, which is not checked."""
        made = object.__new__(type(self))
        for name in self.__slots__:
            setattr(made, name, getattr(self, name))
        for name, value in (update or {}).items():
            setattr(made, name, value)
        return made

    def model_dump(
        self, *, exclude: set[str] | None = None, exclude_none: bool = False
    ) -> dict[str, Any]:
        """All of it as plain data."""
        dumped = _adapter(type(self)).dump_python(self, exclude=exclude, exclude_none=exclude_none)
        return dict(dumped)

    def model_dump_json(self) -> str:
        return _adapter(type(self)).dump_json(self).decode("utf-8")

    @classmethod
    def model_validate(cls: type[T], raw: Any) -> T:
        """Raises ValidationError where it is none."""
        return _adapter(cls).validate_python(raw)

    @classmethod
    def model_validate_json(cls: type[T], raw: str | bytes) -> T:
        return _adapter(cls).validate_json(raw)


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


@dataclass(slots=True, config=_STRICT, kw_only=True)
class Message(_Checked):
    """One turn. `tool_calls` holds OpenAI-shaped calls; a tool's answer has role "tool".

    `train` is False where an answer is to be read but not learned (OpenAI's weight 0).
    """

    role: Role
    content: str = ""
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None
    train: bool | None = None

    def for_template(self) -> dict[str, Any]:
        """The shape that chat templates read, absent fields left out."""
        return self.model_dump(exclude_none=True, exclude={"train"})

    def said(self) -> dict[str, Any]:
        """All of the turn as plain data, absent fields left out."""
        return self.model_dump(exclude_none=True)


@dataclass(slots=True, config=_STRICT, kw_only=True)
class Example(_Checked):
    """One row to learn from; its kind follows from which fields are filled.

    `messages` holds the conversation: the whole of it (chat, feedback), what comes before the two
    continuations (preference), one user turn with the text (label, number), nothing (text).
    `source_row` is the row's own number in the file it came from (line, or spreadsheet row),
    `group` keeps rows together that must not be split between training and validation. `images`
    are the files of its pictures, in the order of the marks `<image>` in its texts;
    `meta["images"]` holds the names that follow from what they show.
    """

    messages: list[Message] = field(default_factory=list)
    tools: list[dict[str, Any]] | None = None
    text: str | None = None  # text
    chosen: list[Message] | None = None  # preference: the better continuation
    rejected: list[Message] | None = None  # preference: the worse one
    good: bool | None = None  # feedback: is the last answer a good one?
    labels: list[str] | None = None  # label: one or several classes
    number: float | None = None  # number
    images: list[str] | None = None
    source_row: int = 0
    group: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> ExampleKind:
        if self.text is not None:
            return "text"
        if self.chosen is not None:
            return "preference"
        if self.good is not None:
            return "feedback"
        if self.labels is not None:
            return "label"
        return "number" if self.number is not None else "chat"

    @property
    def question(self) -> str:
        """The first user turn: what a person would call the question."""
        return next((m.content for m in self.messages if m.role == "user"), "")

    @property
    def answer(self) -> str:
        """The last assistant turn: what the model should say."""
        turns = self.messages if self.chosen is None else self.chosen
        return next((m.content for m in reversed(turns) if m.role == "assistant"), "")

    @property
    def pictures(self) -> list[str]:
        """Its pictures by what they show, wherever their files lie: `<sha256>.png`."""
        known = self.meta.get("images") or []
        names = [PurePath(path).name for path in self.images or ()]
        return list(known) if len(known) == len(names) else names

    def beyond_chat(self) -> dict[str, Any]:
        """The filled fields that a conversation does not have, as plain data."""
        names = ("text", "chosen", "rejected", "good", "labels", "number")
        found: dict[str, Any] = {}
        for name in names:
            value = getattr(self, name)
            if value is not None:
                turns = name in ("chosen", "rejected")
                found[name] = [m.said() for m in value] if turns else value
        if self.images:
            found["images"] = self.pictures
        return found

    def content_hash(self) -> str:
        """sha256 over what is learned, not over where it came from."""
        said = {"messages": [m.said() for m in self.messages], "tools": self.tools}
        return canonical_hash({**said, **self.beyond_chat()})


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same text everywhere."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_hash(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
