"""Reads a dataclass of plain fields back from JSON that may be damaged or of another version."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,),
}  # fmt: skip
_MOST = 2**62  # bytes or seconds; beyond it a number is none of ours


def of_plain(kind: type[T], values: Any) -> T:
    """What is not named is as usual, what the kind doesn't know is left out. Raises TypeError or
    ValueError for what is missing, of another type, or no number."""
    if not isinstance(values, dict):
        raise TypeError(f"{type(values).__name__} holds no fields")
    known: dict[str, Any] = {}
    for one in fields(kind):  # type: ignore[arg-type]
        if one.name in values:
            known[one.name] = _checked(one.name, str(one.type), values[one.name])
    return kind(**known)


def _checked(name: str, kind: str, value: Any) -> Any:
    if type(value) not in _KINDS[kind]:  # a bool is no whole number here
        raise TypeError(f"{name} is no {kind}")
    if kind in ("int", "float") and not (math.isfinite(value) and abs(value) < _MOST):
        raise ValueError(f"{name} is no number")
    return float(value) if kind == "float" else value
