"""The base model as a run needs it: held in the precision, or the compression, of its method."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ftstudio.worker.model import load_model
from ftstudio.worker.run import Run

_PRECISION_BYTES = {4.0: "float32"}
_HALF = (torch.bfloat16, torch.float16)


def load_base(job: Run) -> Any:
    held = job.method.size(job.info.shape, job.method_params).base_bytes_per_weight
    weights = _PRECISION_BYTES.get(held, "") if held else ""
    quantize = job.method.quantize
    compression = quantize(job.method_params, job.device.kind) if quantize else None
    attention = job.plan.training.attention
    return load_model(job.plan.model.path, job.device, weights, job.head, compression, attention)


def learn_in_float32(model: Any) -> None:
    """Raise what learns to float32 in a base that is held in half precision.

    peft does so with what it adds, not with the modules that learn whole (a head, word tables):
    there a usual step would be too small for a bfloat16 number, and float16 gradients are refused
    by the loss scale. Such a module reads in its own precision and answers in that of the base,
    so that it also works where no autocast is on.
    """
    raised: dict[int, torch.dtype] = {}  # tied tables are one weight in two modules
    for weight in model.parameters():
        if weight.requires_grad and weight.dtype in _HALF:
            raised[id(weight)] = weight.dtype
            weight.data = weight.data.float()
    for module in model.modules():
        own = [id(weight) for weight in module.parameters(recurse=False)]
        around = next((raised[key] for key in own if key in raised), None)
        if around is None:
            continue
        if isinstance(module, torch.nn.Linear):
            module.register_forward_pre_hook(_read_in_float32)
            module.register_forward_hook(_Answering(around))
        elif isinstance(module, torch.nn.Embedding):
            module.register_forward_hook(_Answering(around))


def _read_in_float32(module: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
    return (given[0].to(module.weight.dtype), *given[1:])


class _Answering:
    """A forward hook that gives the answer in another precision."""

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype

    def __call__(self, module: Any, given: Any, answer: torch.Tensor) -> torch.Tensor:
        return answer.to(self.dtype)


@contextmanager
def keep_precision(model: Any) -> Iterator[None]:
    """What learns stays in float32 while a trainer is built around it.

    WORKAROUND: TRL rounds the adapter of a compressed base to bfloat16, where the steps of a usual
    learning rate are too small to count (peft issue 2889).
    """
    learning = [(weight, weight.data) for weight in model.parameters() if weight.requires_grad]
    yield
    for weight, data in learning:
        if weight.dtype != data.dtype:
            weight.data = data
