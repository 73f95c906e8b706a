"""What a method declares: which weights move, what that costs, and how to attach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params


@dataclass(frozen=True)
class MethodSize:
    """Closed-form counts of a method on one model, for the memory bar. Elements and bytes."""

    trainable: int  # parameters that move
    added: int  # parameters beside the base (0 for full)
    base_bytes_per_weight: float | None  # None: as the device loads it (2 or 4)
    result_bytes: int  # what is saved


@dataclass(frozen=True)
class Method:
    """One way to move weights. Declared once per file in `techniques/methods/`."""

    key: str
    title: str  # "LoRA"
    term: str  # "low-rank adaptation"
    promise: str  # one sentence
    when: str  # when to take it, and when not
    params: type[Params]
    size: Callable[[ModelShape, Params], MethodSize]
    attach: Callable[[Any, Params], Any]  # base model -> model whose trainable weights are set
    merges: bool  # can it be folded into the base?
    why_no_merge: str = ""
    defaults: dict[str, Any] = field(default_factory=dict)  # of TrainingSettings, e.g. rate
    sources: dict[str, str] = field(default_factory=dict)  # default -> where it is from
    why_not: Callable[[ModelShape, str], str | None] = lambda shape, objective: None
    learning_rate: Callable[[ModelShape], float] = lambda shape: 2e-4
