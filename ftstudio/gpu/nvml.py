"""Opens NVIDIA's management library where it is there; everything else here asks through it."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def open_nvml() -> Any | None:
    """The pynvml module, ready to be asked, or None without a card or a driver."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml


def as_text(value: str | bytes) -> str:
    """NVML gives bytes in older versions and text in newer ones."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
