"""What this computer has and how much of it is in use; knows no widget."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

_LOW_DISK = 5_000_000_000
_LOOK_SECONDS = 0.2  # without a span the first answer is always 0


@dataclass(frozen=True)
class Reading:
    """Bytes, except where the name says otherwise. No card: `card_name` is empty."""

    memory_used: int
    memory_total: int
    disk_used: int
    disk_total: int
    cores: int
    processor_percent: float
    card_name: str = ""
    card_used: int = 0
    card_total: int = 0

    @property
    def disk_tone(self) -> str:
        free = self.disk_total - self.disk_used
        if free < _LOW_DISK:
            return "bad"
        return "warn" if free < 0.2 * self.disk_total else "accent"

    @property
    def memory_tone(self) -> str:
        return "warn" if self.memory_used > 0.9 * self.memory_total else "accent"


def read_computer(folder: Path) -> Reading:
    """Ask the system and, where there is one, the first NVIDIA card. Takes a fifth of a second."""
    import psutil

    from ftstudio.gpu.cards import list_cards

    memory = psutil.virtual_memory()
    disk = shutil.disk_usage(folder)
    card = next(iter(list_cards()), None)
    return Reading(
        memory_used=int(memory.total - memory.available),
        memory_total=int(memory.total),
        disk_used=disk.total - disk.free,
        disk_total=disk.total,
        cores=os.cpu_count() or 1,
        processor_percent=float(psutil.cpu_percent(_LOOK_SECONDS)),
        card_name=card.short_name if card else "",
        card_used=card.total_bytes - card.free_bytes if card else 0,
        card_total=card.total_bytes if card else 0,
    )
