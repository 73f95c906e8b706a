"""What this process takes of the card and the computer, by measure, from start to end."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import psutil
import torch

from ftstudio.gpu.usage import handle_of, held_by, in_use, joules, readings
from ftstudio.jobs.events import Taken

# A context smaller or larger than this is another program's coming or going.
_LEAST_CONTEXT, _MOST_CONTEXT = 32 * 2**20, 3 * 2**30


class Meter:
    """Made before anything is asked of torch, whose first word to a card may take memory of it
    already; read once, at the end."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._before = readings()

    def read(self) -> Taken:
        seconds = time.monotonic() - self._began
        if not torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            return Taken(ram=peak_ram(), seconds=round(seconds, 1))
        properties = torch.cuda.get_device_properties(0)
        uuid = str(properties.uuid)
        card = handle_of(uuid)
        used, energy = self._before.get(f"GPU-{uuid}") or self._before.get(uuid) or (0, 0.0)
        spent = joules(card) - energy if card and energy else 0.0
        return Taken(
            card=properties.name,
            card_bytes=int(properties.total_memory),
            allocated=torch.cuda.max_memory_allocated(),
            reserved=torch.cuda.max_memory_reserved(),
            context=_context(card, used) if card else 0,
            ram=peak_ram(),
            watts=round(spent / seconds, 1) if spent > 0 and seconds > 1 else 0.0,
            seconds=round(seconds, 1),
        )


def _context(card: Any, used: int) -> int:
    """By this process's own entry, else by what the card's use grew since the beginning."""
    held = held_by(card, os.getpid()) or in_use(card) - used
    return context_of(held, torch.cuda.memory_reserved())


def context_of(held: int, reserved: int) -> int:
    found = held - reserved
    return found if _LEAST_CONTEXT <= found <= _MOST_CONTEXT else 0


def peak_ram() -> int:
    """Bytes of this process at their highest."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most if sys.platform == "darwin" else most * 1024)
