"""Where a worker computes: the card where there is one, and why. Imports torch and no more."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Device:
    """Where it computes and in which precision, and why, in words for the window."""

    kind: str  # "cuda" or "cpu"
    name: str
    dtype: str  # "bfloat16", "float16", "float32": of the arithmetic
    reason: str

    @property
    def torch_dtype(self) -> torch.dtype:
        dtype: torch.dtype = getattr(torch, self.dtype)
        return dtype


def choose_device(wish: str = "") -> Device:
    """The card with bf16 where there is one, else the CPU in float32. `wish` "cpu" forces it."""
    if wish != "cpu" and torch.cuda.is_available():
        name = torch.cuda.get_device_name(0)
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return Device("cuda", name, "bfloat16", f"{name} computes in bfloat16.")
        return Device(
            "cuda", name, "float16", f"{name} is older than bfloat16, so it computes in float16."
        )
    why = "The CPU was asked for" if wish == "cpu" else "No NVIDIA card was found"
    return Device(
        "cpu", "CPU", "float32",
        f"{why}: the CPU computes, in float32, because half precision is slower there.",
    )  # fmt: skip
