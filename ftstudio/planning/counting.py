"""From the trace of a rehearsal to an estimate: replayed, the card's own part and air added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ftstudio.core.model_shape import ModelShape
from ftstudio.core.plan import Plan
from ftstudio.planning.allocator import Trace, least_capacity, replay
from ftstudio.planning.card_kinds import CardKind
from ftstudio.planning.judging import judges_bytes
from ftstudio.planning.margin import margin
from ftstudio.planning.memory_estimate import PARTS, MemoryEstimate
from ftstudio.planning.whole import Beside, whole_need
from ftstudio.techniques import methods, objectives

# What can't be counted lies within this share of the quick figure, as far as is known.
_DOUBT = 0.25
# Batches of many lengths leave gaps in segments that can't grow, which a replay of the longest
# batch alone does not see: replayed with shorter ones between (LoRA, four rows of 300 to 1,024
# tokens), a quarter of what comes and goes more was reserved; with growing segments, none.
_GAPS = 0.3
_LIVELY = ("activations", "loss", "cache", "gradients")


def quick(plan: Plan, shape: ModelShape, longest: int, kind: CardKind | None) -> MemoryEstimate:
    """The closed form of the same plan: the computer's own memory stands only there."""
    objective, method = objectives()[plan.objective], methods()[plan.method]
    device: Literal["cuda", "cpu"] = "cuda" if kind else "cpu"
    return whole_need(
        shape, method, method.params(**plan.method_params), plan.training, device, longest,
        objective, objective.params(**plan.objective_params), kind.architecture if kind else "",
        Beside(plan.safeguards, judges_bytes(plan.rewards, device)),
    )  # fmt: skip


def counted(
    trace: Trace, kind: CardKind | None, expandable: bool, closed: MemoryEstimate,
    remarks: Sequence[str] = (), alike: bool = False,
) -> MemoryEstimate:  # fmt: skip
    """What the trace comes to on a card of this kind, or on the processor. `alike`: all batches
    are filled up to the length that was counted."""
    if kind is None:
        return _on_processor(trace, closed, remarks)
    replayed = replay(trace, expandable=expandable)
    parts = _known(replayed.live_at_peak)
    parts["rounding"] = replayed.peak_reserved - sum(parts.values())
    parts["context"] = kind.context_bytes
    air = margin(sum(parts.values()), closed.eager)
    parts["margin"] = air.bytes
    least = least_capacity(trace, expandable) + kind.context_bytes
    gaps = 0 if expandable or alike else int(_GAPS * sum(parts[name] for name in _LIVELY))
    why = [_HOW, *([_STIFF] if gaps else []), *remarks, *_beside(kind), air.why]
    shown = sum(parts.values())
    return MemoryEstimate(
        parts, least=least, ram=closed.ram, how="exact", low=shown, high=shown + gaps, why=why,
        eager=closed.eager,
    )  # fmt: skip


def uncounted(closed: MemoryEstimate, reason: str) -> MemoryEstimate:
    """The quick figure as a range, and why it could not be counted."""
    return replace(
        closed,
        low=min(closed.low, int((1 - _DOUBT) * closed.shown)),
        high=max(closed.high, int((1 + _DOUBT) * closed.shown)),
        why=[f"It could not be counted exactly. {reason}", *closed.why],
    )


_STIFF = (
    "On this system what PyTorch has asked of the card can't grow afterwards: rows of many lengths "
    "leave gaps, so the card's own tools may show more. It runs with the least all the same. With "
    "every text filled up to the longest (fixed padding) there are none."
)
_HOW = (
    "Counted: two steps of this very training and a check on the validation rows (evaluation) "
    "were gone through without content, byte by byte, and put through a model of the card's memory."
)


def _on_processor(trace: Trace, closed: MemoryEstimate, remarks: Sequence[str]) -> MemoryEstimate:
    parts = _live_at_peak(trace)
    held = sum(parts.values())
    parts["context"] = closed.parts["context"]
    air = margin(sum(parts.values()), closed.eager)
    parts["margin"] = air.bytes
    ram = {**closed.ram, "training": held}
    how = (
        "Counted: two steps of this very training and a check on the validation rows (evaluation) "
        "were gone through without content, byte by byte."
    )
    why = [how, *remarks, air.why]
    return MemoryEstimate(parts, ram=ram, how="exact", why=why, eager=closed.eager)


def _live_at_peak(trace: Trace) -> dict[str, int]:
    held: dict[int, tuple[int, str]] = {}
    live: dict[str, int] = {}
    total = most = 0
    at_peak: dict[str, int] = {}
    rising = False
    for op, name, size, _, part in trace:
        if op == "alloc":
            held[name] = size, part
            live[part] = live.get(part, 0) + size
            total += size
            if total > most:
                most, rising = total, True
        elif op == "free" and name in held:
            if rising:
                at_peak, rising = dict(live), False
            size, part = held.pop(name)
            live[part] -= size
            total -= size
    return _known(live if rising else at_peak)


def _known(live: dict[str, int]) -> dict[str, int]:
    """By the parts of an estimate; whatever else there may be counts as activations."""
    found = dict.fromkeys(PARTS, 0)
    for part, size in live.items():
        found[part if part in found else "activations"] += size
    return found


def _beside(kind: CardKind) -> list[str]:
    if kind.context_measured:
        return []
    return [
        "What CUDA takes for itself on this kind of card is assumed, not measured; the first run "
        "here measures it."
    ]
