"""The trainer's keywords. Every library default that is wrong for this app is set here by name."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.worker.device import Device
from ftstudio.worker.loop import total_steps
from ftstudio.worker.recompute import recomputing

_SCHEDULES = {
    "cosine": "cosine",
    "linear": "linear",
    "constant": "constant_with_warmup",
}


def trainer_arguments(
    settings: TrainingSettings,
    device: Device,
    staging: Path,
    rows: int,
    rate: float,
    try_first: bool,
) -> dict[str, Any]:
    """`rate` is the learning rate that was chosen or the method's own; `try_first` measures the
    untouched model before the first step."""
    return {
        "output_dir": str(staging),
        "num_train_epochs": settings.epochs,
        "per_device_train_batch_size": settings.batch_size,
        "per_device_eval_batch_size": settings.batch_size,
        "gradient_accumulation_steps": settings.accumulation,
        "learning_rate": rate,
        "lr_scheduler_type": _SCHEDULES[settings.schedule],
        "warmup_steps": math.ceil(settings.warmup * total_steps(rows, settings)),
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.max_grad_norm or math.inf,  # 0 would switch the norm off too
        "optim": _optimizer(settings.optimizer, device),
        "activation_checkpointing": settings.recomputes,
        "activation_checkpointing_kwargs": recomputing(settings, device.kind),
        "use_cpu": device.kind == "cpu",
        "bf16": device.dtype == "bfloat16",
        "fp16": device.dtype == "float16",
        "tf32": True if device.kind == "cuda" and device.dtype == "bfloat16" else None,
        "seed": settings.seed,
        "data_seed": settings.seed,
        # Looks and versions are asked for by our own hooks; the trainer asks for none.
        "eval_strategy": "no",
        "save_strategy": "no",
        "eval_on_start": try_first,
        "logging_strategy": "steps",
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # the default replaces a NaN loss by an older one
        "prediction_loss_only": True,
        "report_to": "none",
        "push_to_hub": False,
        "disable_tqdm": True,
        "dataloader_num_workers": 0,
        "dataloader_pin_memory": device.kind == "cuda",
        "remove_unused_columns": True,
        "use_liger_kernel": False,
    }


def _optimizer(name: str, device: Device) -> str:
    """There is nothing to page out to on a processor; bitsandbytes would only warn."""
    return name.removeprefix("paged_") if device.kind == "cpu" else name
