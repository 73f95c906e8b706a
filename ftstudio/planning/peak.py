"""What a run that ended was measured to take, beside what was foretold of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ftstudio.core.units import format_bytes
from ftstudio.gpu.cards import short_name
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import RunStatus
from ftstudio.planning.memory_estimate import MemoryEstimate

_ESTIMATE = "estimate.json"  # as `measured` writes it


@dataclass(frozen=True)
class Peak:
    """Bytes. On a card `took` is what its own tools have shown: reserved and context."""

    took: int
    card: str = ""  # by its short name; empty: the computer's own memory
    card_bytes: int = 0
    foretold: int = 0  # as the set-up showed it, with its margin; 0: not kept
    bare: int = 0  # the same without margin
    resumed: bool = False  # of the time since it was resumed, not of the whole run

    def in_words(self) -> str:
        """18.2 GB on RTX 4090 (of 24.0 GB); 20.1 GB were foretold, 18.9 GB without margin."""
        where = f"on {self.card}" if self.card else "of the computer's memory"
        words = f"{format_bytes(self.took)} {where}"
        if self.card and self.card_bytes:
            words += f" (of {format_bytes(self.card_bytes)})"
        if self.resumed:
            words += ", since it was resumed"
        if self.foretold:
            bare = format_bytes(self.bare)
            words += f"; {format_bytes(self.foretold)} were foretold, {bare} without margin"
        return words + "."


def peak_of(folder: JobFolder, status: RunStatus) -> Peak | None:
    """None where nothing was measured: it did not end by itself, or not yet."""
    taken = status.taken
    if taken is None:
        return None
    took = taken.reserved + taken.context if taken.card else taken.ram
    if not took:
        return None
    was = kept_estimate(folder)
    foretold, bare = (was.shown, was.peak) if was else (0, 0)
    card = short_name(taken.card)
    return Peak(took, card, taken.card_bytes, foretold, bare, status.lives > 1)


def kept_estimate(folder: JobFolder) -> MemoryEstimate | None:
    """What was foretold when it was started."""
    try:
        return MemoryEstimate.load(json.loads((folder.path / _ESTIMATE).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
