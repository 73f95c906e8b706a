"""Typed settings that describe themselves: one declaration feeds form, plan, worker and CLI."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Kind = Literal["int", "float", "bool", "text", "choice"]
Level = Literal["simple", "all"]


@dataclass(frozen=True)
class ParamSpec:
    """What a form needs to know of one setting."""

    name: str
    kind: Kind
    default: Any
    title: str  # plain words: "Capacity"
    term: str  # the field's own term: "rank"
    help: str  # one sentence, with numbers
    level: Level
    unit: str
    minimum: float | None
    maximum: float | None
    step: float | None
    choices: tuple[tuple[Any, str], ...]  # (value, label) pairs for kind "choice"
    optional: bool  # None is allowed and means what `empty` says
    logarithmic: bool  # steps multiply (learning rates)
    # other settings of the group and their values under which this one counts; () is any at all
    only_if: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    empty: str = ""  # what None means, in words; where there are none: "decided for you"


def param(
    default: Any,
    *,
    title: str,
    help: str,
    term: str = "",
    level: Level = "simple",
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    labels: dict[Any, str] | None = None,
    logarithmic: bool = False,
    only_if: dict[str, tuple[Any, ...]] | None = None,
    empty: str = "",
) -> Any:
    """Declare one setting of a `Params` class. Choices are declared by a `Literal` type and
    worded by `labels`. `only_if`: it counts only while these other settings have one of these
    values, or any that is not empty where none is named. `empty`: what None means."""
    extra: dict[str, Any] = {
        "term": term,
        "level": level,
        "unit": unit,
        "step": step,
        "labels": [[k, v] for k, v in (labels or {}).items()],
        "logarithmic": logarithmic,
        "only_if": [[name, list(values)] for name, values in (only_if or {}).items()],
        "empty": empty,
    }
    return Field(
        default, ge=minimum, le=maximum, title=title, description=help, json_schema_extra=extra
    )


class Params(BaseModel):
    """Base of every group of settings. Unknown names are refused, values are validated."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True, allow_inf_nan=False)

    @classmethod
    def specs(cls) -> tuple[ParamSpec, ...]:
        return tuple(_spec(name, info) for name, info in cls.model_fields.items())

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> dict[str, str]:
        """The settings that do not count beside these values, each with the reason."""
        specs = {spec.name: spec for spec in cls.specs()}
        found = {}
        for spec in specs.values():
            for other, wanted in spec.only_if:
                if other not in specs:  # a part of the group
                    continue
                given = values.get(other, specs[other].default)
                if given not in wanted if wanted else given in (None, "", False):
                    found[spec.name] = _only_words(specs[other], wanted)
        return found


def flaw_of(error: ValidationError) -> tuple[str, str]:
    """The first setting that is wrong, and what is wrong with it, in a sentence."""
    first = error.errors()[0]
    name, kind, context = ".".join(map(str, first["loc"])), first["type"], first.get("ctx", {})
    wanted = {"int": "a whole number", "float": "a number", "bool": "true or false",
              "string": "a text", "finite": "a number that is not infinite"}  # fmt: skip
    match kind:
        case "extra_forbidden":
            return name, "There is no such setting."
        case "literal_error":
            return name, f"It must be {context['expected']}."
        case "greater_than_equal":
            return name, f"It must be at least {context['ge']:g}."
        case "less_than_equal":
            return name, f"It must be at most {context['le']:g}."
    words = wanted.get(kind.partition("_")[0])
    return name, f"It must be {words}." if words else f"{first['msg']}."


def _only_words(other: ParamSpec, wanted: tuple[Any, ...]) -> str:
    if not wanted:
        return f"Counts only once “{other.title}” is filled in."
    if other.kind == "bool":
        return f"Counts only with “{other.title}” {'on' if wanted[0] else 'off'}."
    labels = dict(other.choices)
    named = " or ".join(f"“{labels.get(value, value)}”" for value in wanted)
    return f"Counts only where “{other.title}” is {named}."


def _spec(name: str, info: Any) -> ParamSpec:
    extra = info.json_schema_extra or {}
    annotation, optional = _without_none(info.annotation)
    low, high = _bounds(info.metadata)
    choices: tuple[tuple[Any, str], ...] = ()
    if get_origin(annotation) is Literal:
        labels = dict(extra.get("labels", []))
        choices = tuple((value, labels.get(value, str(value))) for value in get_args(annotation))
    return ParamSpec(
        name=name,
        kind=_kind(annotation),
        default=info.default,
        title=name if info.title is None else info.title,  # empty: remembered, never shown
        term=extra.get("term", ""),
        help=info.description or "",
        level=extra.get("level", "simple"),
        unit=extra.get("unit", ""),
        minimum=low,
        maximum=high,
        step=extra.get("step"),
        choices=choices,
        optional=optional,
        logarithmic=extra.get("logarithmic", False),
        only_if=tuple((name, tuple(values)) for name, values in extra.get("only_if", [])),
        empty=extra.get("empty", ""),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (typing.Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return inner[0], True
    return annotation, False


def _bounds(metadata: list[Any]) -> tuple[float | None, float | None]:
    low = next((m.ge for m in metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in metadata if hasattr(m, "le")), None)
    return low, high


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) is Literal:
        return "choice"
    kinds: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "text"}
    return kinds[annotation]
