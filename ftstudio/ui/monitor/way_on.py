"""What a run that broke down would be started anew with: one change that meets its cause; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ftstudio.core.plan import Plan

Kind = Literal["same", "fewer at a time", "smaller steps"]
_SMALLER = 5  # times; what the words of the failure advise is three to ten


@dataclass(frozen=True)
class WayOn:
    """`changes` are answers of the set-up; `figure` is the new value."""

    kind: Kind
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    figure: float = 0


def way_on(code: str, resumable: bool, plan: Plan | None) -> WayOn | None:
    """None where going on from the last save is all there is to do."""
    training = plan.training if plan is not None else None
    if training is not None and code == "out_of_memory" and training.batch_size > 1:
        fewer = training.batch_size // 2
        together = training.batch_size * training.accumulation
        changes = {"batch_size": fewer, "accumulation": max(1, together // fewer)}
        return WayOn("fewer at a time", {"training": changes}, fewer)
    if training is not None and code == "not_a_number" and training.learning_rate:
        rate = float(f"{training.learning_rate / _SMALLER:.2g}")
        return WayOn("smaller steps", {"training": {"learning_rate": rate}}, rate)
    return None if resumable or plan is None else WayOn("same")
