"""What a run needs of the card's and the computer's memory: parts, figures, and how they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

How = Literal["instant", "exact", "measured"]
PART = Literal[
    "model", "copies", "adapter", "gradients", "optimizer", "activations", "loss", "cache",
    "workspace", "context", "rounding", "margin",
]  # fmt: skip
PARTS: tuple[str, ...] = get_args(PART)


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes at the peak, by the keys of `PARTS`; missing ones are 0.

    On a card, `parts` are the card's memory; on the processor they are the computer's own.
    """

    parts: dict[str, int]
    least: int = -1  # with which it still runs, caches given back; -1: as much as the peak
    ram: dict[str, int] = field(default_factory=dict)  # the computer's memory, part by part
    how: How = "instant"
    low: int = -1  # a range where it can't be told; -1: as shown
    high: int = -1
    why: list[str] = field(default_factory=list)  # how it was reached, in sentences
    eager: bool = False  # attention is written out: less sure, so with more margin

    def __post_init__(self) -> None:
        for name in self.parts:
            if name not in PARTS:
                raise ValueError(f"{name} is no part of the memory")
        object.__setattr__(self, "parts", {n: int(self.parts.get(n, 0)) for n in PARTS})
        for name, usual in (("least", self.peak), ("low", self.shown), ("high", self.shown)):
            if getattr(self, name) < 0:
                object.__setattr__(self, name, usual)

    @property
    def shown(self) -> int:
        """What the card's own tools will show."""
        return sum(self.parts.values())

    @property
    def peak(self) -> int:
        """Without the margin."""
        return self.shown - self.parts["margin"]

    @property
    def ram_total(self) -> int:
        return sum(self.ram.values())

    def plus(self, part: str, count: int) -> MemoryEstimate:
        """The same with so many bytes more in one part, and in every figure."""
        return replace(
            self,
            parts={**self.parts, part: self.parts[part] + count},
            least=self.least if part == "margin" else self.least + count,
            low=self.low + count,
            high=self.high + count,
        )

    def dump(self) -> dict[str, Any]:
        """As JSON holds it, figures that follow included."""
        figures = {"shown": self.shown, "peak": self.peak, "ram_total": self.ram_total}
        return {**asdict(self), **figures}

    @staticmethod
    def load(data: Mapping[str, Any]) -> MemoryEstimate:
        """Of `dump`. Raises KeyError, TypeError or ValueError for what is none."""
        known = ("least", "ram", "how", "low", "high", "why", "eager")
        given = {n: data[n] for n in known if n in data}
        parts, ram = dict(data["parts"]), dict(given.get("ram", {}))
        sizes = [given[n] for n in ("least", "low", "high") if n in given]
        if not all(type(size) is int for size in [*parts.values(), *ram.values(), *sizes]):
            raise ValueError("sizes are whole numbers")
        if given.get("how", "instant") not in get_args(How):
            raise ValueError(f"{given['how']} is no way to reach a figure")
        why = given.get("why", [])
        if not isinstance(why, list) or not all(isinstance(one, str) for one in why):
            raise ValueError("reasons are sentences")
        return MemoryEstimate(parts, **{**given, "ram": ram})
