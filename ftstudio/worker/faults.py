"""Faults on demand, for the tests: `FTSTUDIO_FAULT=kind@step` makes one happen, once, there."""

from __future__ import annotations

import errno
import os
import signal
import time
from typing import Any


def _wish() -> tuple[str, int]:
    kind, _, step = os.environ.get("FTSTUDIO_FAULT", "").partition("@")
    return kind, int(step) if step.isdigit() else -1


KIND, STEP = _wish()


def before_step(step: int, model: Any) -> None:
    """Called as step number `step` (the first is 1) begins."""
    if step != STEP:
        return
    if KIND == "oom":
        import torch

        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    if KIND == "card":
        raise RuntimeError("CUDA error: unspecified launch failure")
    if KIND == "nan":
        weight = next(w for w in model.parameters() if w.requires_grad)
        weight.data.fill_(float("nan"))
    if KIND == "zero":
        for weight in model.parameters():
            if weight.requires_grad:
                weight.register_hook(lambda gradient: gradient * 0)
    if KIND == "shutdown":
        os.kill(os.getpid(), signal.SIGTERM)
    if KIND == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if KIND == "hang":
        time.sleep(3600)


def while_saving(step: int) -> None:
    """Called when the files of a checkpoint are written and it is not yet published."""
    if step != STEP:
        return
    if KIND == "kill_saving":
        os.kill(os.getpid(), signal.SIGKILL)
    if KIND == "disk_full":
        raise OSError(errno.ENOSPC, "No space left on device")
