"""Texts read in parts: cut into windows, some thousands of texts at once, looked at in batches of
like length, and put together again, while whoever waits hears how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from ftstudio.data.finding.names import Span
from ftstudio.worker.device import Device
from ftstudio.worker.readers.reading import Clock, batches
from ftstudio.worker.waiting import Waiting

_AT_ONCE = 2_048  # texts cut into windows before they are read
SHARED = 4  # the part of a window that it shares with the next


class Part(Protocol):
    @property
    def text(self) -> int:
        """Its place among the texts that are read at once."""

    @property
    def tokens(self) -> int: ...


W = TypeVar("W", bound=Part)
Seen = TypeVar("Seen")


class WindowReader(Generic[W, Seen]):
    """What finds names cuts, sees and joins in a way of its own."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def cut(self, place: int, text: str) -> Iterable[W]:
        raise NotImplementedError

    def see(self, windows: Sequence[W], texts: Sequence[str]) -> Iterable[Seen]:
        """What the model says of each window."""
        raise NotImplementedError

    def join(self, text: str, seen: Sequence[tuple[W, Seen]]) -> list[Span]:
        raise NotImplementedError

    def read(self, texts: Sequence[str], waiting: Waiting) -> list[list[Span]]:
        clock, found = Clock(sum(map(len, texts))), []
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            windows = [one for place, text in enumerate(some) for one in self.cut(place, text)]
            seen: list[list[tuple[W, Seen]]] = [[] for _ in some]
            whole, done = max(1, sum(one.tokens for one in windows)), 0
            for places in batches([one.tokens for one in windows], self._device.kind):
                batch = [windows[place] for place in places]
                for window, said in zip(batch, self.see(batch, some), strict=True):
                    seen[window.text].append((window, said))
                part = sum(one.tokens for one in batch)
                done += part
                left = clock.add(part / whole * sum(map(len, some)))
                waiting.tell("reading", "Reading the rows", start + len(some) * done / whole,
                             len(texts), "texts", left)  # fmt: skip
            found += [self.join(text, own) for text, own in zip(some, seen, strict=True)]
        return found
