"""What a card is doing at this moment: load, memory, power, heat, and who holds its memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ftstudio.gpu.nvml import as_text, open_nvml


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


def handle_of(uuid: str) -> Any | None:
    """The card that torch and NVML both call by this name, which no counting can confuse."""
    nvml = open_nvml()
    if nvml is None:
        return None
    for name in (uuid, f"GPU-{uuid}"):
        try:
            return nvml.nvmlDeviceGetHandleByUUID(name)
        except nvml.NVMLError:
            continue
    return None


def held_by(handle: Any, pid: int) -> int:
    """Bytes of the card that one process holds; 0 where the driver does not tell, as in some
    containers and on Windows."""
    nvml = open_nvml()
    if nvml is None:
        return 0
    try:
        processes = nvml.nvmlDeviceGetComputeRunningProcesses(handle)
    except nvml.NVMLError:
        return 0
    return max((one.usedGpuMemory or 0 for one in processes if one.pid == pid), default=0)


def in_use(handle: Any) -> int:
    """Bytes of the card that all programs hold together; 0 where it can't be told."""
    nvml = open_nvml()
    if nvml is None:
        return 0
    return int(_ask(nvml, lambda: int(nvml.nvmlDeviceGetMemoryInfo(handle).used)) or 0)


def readings() -> dict[str, tuple[int, float]]:
    """Of every card, by its name for all programs (UUID): bytes in use, and joules so far. Asks
    the driver alone, so that nothing is made on any card by asking."""
    nvml = open_nvml()
    if nvml is None:
        return {}
    found = {}
    try:
        for index in range(int(nvml.nvmlDeviceGetCount())):
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            found[as_text(nvml.nvmlDeviceGetUUID(handle))] = in_use(handle), joules(handle)
    except nvml.NVMLError:
        return found
    return found


def joules(handle: Any) -> float:
    """Energy the card has used since its driver was loaded; 0 where it does not count."""
    nvml = open_nvml()
    if nvml is None:
        return 0.0
    return _ask(nvml, lambda: nvml.nvmlDeviceGetTotalEnergyConsumption(handle) / 1000) or 0.0
