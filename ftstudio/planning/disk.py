"""How much disk a run needs while it goes, what it leaves behind and may become, what is free."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params
from ftstudio.core.plan import Plan
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.core.units import format_bytes

_CHECKPOINTS_KEPT = 3  # the two newest and the best one
_LOGS_AND_TOKENIZER = 20_000_000
_SPARE = 500_000_000  # an operating system with a full disk is no place to train


@dataclass(frozen=True)
class DiskEstimate:
    needed: int  # at the fullest moment
    stays: int  # after the run: the result
    free: int
    merged: int = 0  # a whole model made of base and result, if one is wanted later
    export: int = 0  # a copy of the result elsewhere, the whole model's where there is one

    @property
    def fits(self) -> bool:
        return self.needed + _SPARE <= self.free


def estimate_disk(
    shape: ModelShape,
    method: Method,
    method_params: Params,
    training: TrainingSettings,
    folder: Path,
) -> DiskEstimate:
    """A checkpoint holds what moved and the optimizer's two numbers for each weight of it."""
    size = method.size(shape, method_params)
    state = size.trainable * (2 if "8bit" in training.optimizer else 8)
    checkpoint = size.result_bytes + state
    # One more, because a new one is written whole before an old one goes.
    needed = (_CHECKPOINTS_KEPT + 1) * checkpoint + 2 * size.result_bytes + _LOGS_AND_TOKENIZER
    plain = shape.parameters * 2 if shape.compression else shape.weight_bytes
    merged = plain + _LOGS_AND_TOKENIZER if size.added and method.merges else 0
    return DiskEstimate(
        needed, size.result_bytes, free_bytes(folder), merged, merged or size.result_bytes
    )


def demand_room(plan: Plan, shape: ModelShape, folder: Path) -> None:
    """Raises StudioError where the drive on which runs are kept has too little room for it."""
    from ftstudio.techniques import methods

    method = methods()[plan.method]
    params = method.params.model_validate(plan.method_params)
    made = estimate_disk(shape, method, params, plan.training, folder)
    if made.fits:
        return
    raise StudioError(
        f"The run needs {format_bytes(made.needed + _SPARE)} of disk; "
        f"{format_bytes(made.free)} are free.",
        f"Up to {_CHECKPOINTS_KEPT + 1} versions of what it learns lie side by side, and the "
        "computer itself needs some room.",
        "Free some space, move the workspace to another drive, or take a method that learns "
        "less, like LoRA.",
        code="disk",
    )


def free_bytes(folder: Path) -> int:
    """Of the drive on which the folder lies, or will lie."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
