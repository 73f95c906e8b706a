"""Where libraries ask a tensor what only one with content can tell: what they are told instead."""

from __future__ import annotations

import importlib.util
import sys
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy
import torch
import transformers.utils.import_utils
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils.data import RandomSampler

from ftstudio.worker.simulation.fake_card import apply_to_weights
from ftstudio.worker.simulation.kernels import groups_of_any_type
from ftstudio.worker.simulation.values import KnownValues

# Where answers are laid into passes by lot; a real run and one without content draw differently.
_SHUFFLING = {"trl.trainer.grpo_trainer", "trl.trainer.rloo_trainer"}


@contextmanager
def in_order() -> Iterator[None]:
    """Inside, rows come in their own order, so that each batch holds one of the longest; and so do
    the answers of a round, of which the first pass then holds a shorter one."""
    with ExitStack() as stack:
        stack.enter_context(
            patch.object(RandomSampler, "__iter__", lambda sampler: iter(range(len(sampler))))
        )
        for name in _SHUFFLING & sys.modules.keys():
            found = patch.object(sys.modules[name], "shuffle_sequence_dict", lambda given: given)
            stack.enter_context(found)
        yield


@contextmanager
def as_if_real(values: KnownValues) -> Iterator[None]:
    """Inside, libraries treat fakes as the tensors that they stand for."""

    def listed(tensor: Any) -> Any:
        known = values.of(tensor)
        if known is not None:
            return known.tolist()
        plain = 0.0 if tensor.is_floating_point() else 1
        return _nested(list(tensor.shape), plain)

    def as_array(tensor: Any, *, force: bool = False) -> Any:
        known = values.of(tensor)
        if known is not None:
            made = numpy.array(known.tolist())
        else:
            kind = str(tensor.dtype).removeprefix("torch.")
            made = numpy.zeros(tuple(tensor.shape), "float32" if "float" in kind else kind)
        weakref.finalize(made, id, tensor)  # which lives as long: both share their memory
        return made

    def address(tensor: Any) -> int:
        """Which weights are one, trainers tell by where they lie; nothing else may be asked."""
        if not isinstance(tensor, torch.nn.Parameter):
            raise RuntimeError("a tensor without content lies nowhere: it has no data pointer")
        return int(tensor.untyped_storage()._cdata)

    with (
        _in_8_bits(),
        groups_of_any_type(),
        # Asked before masks are left out: with fakes the library would build them always.
        patch.object(transformers.utils.import_utils, "is_fake_tensor", lambda tensor: False),
        patch.object(torch.nn.Module, "_apply", apply_to_weights),
        patch.object(FakeTensor, "data_ptr", address, create=True),
        patch.object(FakeTensor, "tolist", listed),
        patch.object(FakeTensor, "numpy", as_array, create=True),
        patch.object(FakeTensor, "__deepcopy__", _copied, create=True),
    ):
        yield


def _nested(shape: list[int], value: Any) -> Any:
    """Nested lists of one value."""
    if not shape:
        return value
    return [_nested(shape[1:], value) for _ in range(shape[0])]


@contextmanager
def _in_8_bits() -> Iterator[None]:
    """How many columns stand out, and are computed apart, only their values tell: here none. What
    an optimizer has paged lies on the card, as it does while there is room."""
    if importlib.util.find_spec("bitsandbytes") is None:
        yield
        return
    from bitsandbytes import functional

    plain = functional.int8_vectorwise_quant

    def rounded(given: Any, threshold: float = 0.0) -> Any:
        data, scales, _ = plain(given, 0.0)
        places = torch.empty(0, dtype=torch.int64, device=given.device) if threshold else None
        return data, scales, places

    def multiplied(
        given: Any, rows: Any, weights: Any, row_scales: Any, scales: Any, places: Any,
        bias: Any = None,
    ) -> Any:  # fmt: skip
        whole = torch.ops.bitsandbytes.int8_scaled_mm.default
        made = whole(rows, weights, row_scales, scales, bias=bias, dtype=given.dtype)
        return made, given.new_empty(len(given), 0)

    def unpaged(*shape: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
        return torch.empty(shape, dtype=dtype, device=device)

    def filled(tensor: torch.Tensor, value: float, *rest: Any, **more: Any) -> None:
        tensor.fill_(value)

    with (
        patch.object(functional, "get_paged", unpaged),
        patch.object(functional, "fill", filled),
        patch.object(functional, "int8_vectorwise_quant", rounded),
        patch.object(torch.ops.bitsandbytes, "int8_mixed_scaled_mm", multiplied),
    ):
        yield


def _copied(tensor: Any, memo: dict[int, Any]) -> Any:
    """A copy in the same mode; torch would copy the mode along."""
    if id(tensor) not in memo:
        made = tensor.detach().clone(memory_format=torch.preserve_format)
        if isinstance(tensor, torch.nn.Parameter):
            made = torch.nn.Parameter(made, tensor.requires_grad)
        memo[id(tensor)] = made
    return memo[id(tensor)]
