"""What a card is doing at this moment: load, memory, power, heat, and who holds its memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ftstudio.gpu.nvml import open_nvml


@dataclass(frozen=True)
class Usage:
    """A value is None where the card does not tell it."""

    percent: int | None
    used: int
    total: int
    watts: float | None
    celsius: int | None
    others: list[tuple[str, int]] = field(default_factory=list)  # (program, bytes), most first


def usage(index: int) -> Usage | None:
    """None without such a card, or when the driver has gone away."""
    nvml = open_nvml()
    if nvml is None:
        return None
    try:
        handle = nvml.nvmlDeviceGetHandleByIndex(index)
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    except nvml.NVMLError:
        return None
    percent = _ask(nvml, lambda: int(nvml.nvmlDeviceGetUtilizationRates(handle).gpu))
    watts = _ask(nvml, lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000)
    celsius = _ask(nvml, lambda: int(nvml.nvmlDeviceGetTemperature(handle, 0)))
    return Usage(
        percent=None if percent is None else int(percent),
        used=int(memory.used),
        total=int(memory.total),
        watts=watts,
        celsius=None if celsius is None else int(celsius),
        others=_others(nvml, handle),
    )


def _ask(nvml: Any, question: Callable[[], float]) -> float | None:
    try:
        return question()
    except nvml.NVMLError:
        return None


def _others(nvml: Any, handle: Any) -> list[tuple[str, int]]:
    """Programs that hold memory of this card, this one's own process included."""
    held: dict[int, int] = {}
    for ask in (
        nvml.nvmlDeviceGetComputeRunningProcesses,
        nvml.nvmlDeviceGetGraphicsRunningProcesses,
    ):
        try:
            for process in ask(handle):
                held[process.pid] = max(held.get(process.pid, 0), process.usedGpuMemory or 0)
        except nvml.NVMLError:
            continue
    named = [(_program(pid), size) for pid, size in held.items()]
    return sorted(named, key=lambda pair: -pair[1])


def _program(pid: int) -> str:
    import psutil

    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return f"process {pid}"
