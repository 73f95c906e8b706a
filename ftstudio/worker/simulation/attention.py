"""Which of PyTorch's attention kernels a card would take: the choice is made in CUDA code, which is
not there without a card.

The rules are those of aten/src/ATen/native/transformers/cuda/sdp_utils.cpp. Not known here: where
cuDNN's kernel is preferred (Hopper and newer); the flash kernel stands for it, whose outcome and
whose temporaries have the same shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface

_aten = torch.ops.aten
_HALVES = (torch.float16, torch.bfloat16)
_plain = functional.scaled_dot_product_attention


def choose(
    capability: tuple[int, int], query: Any, key: Any, value: Any, mask: Any, chance: float
) -> str:
    """ "flash", "efficient" or "math"."""
    width = query.shape[-1]
    same = query.dtype == key.dtype == value.dtype
    wide = query.shape[-1] == key.shape[-1] == value.shape[-1]
    heads = query.shape[-3] == key.shape[-3] == value.shape[-3]
    shared = key.shape[-3] == value.shape[-3] and query.shape[-3] % key.shape[-3] == 0
    if query.dim() != 4 or not same or 0 in query.shape or 0 in key.shape:
        return "math"
    backends: Any = torch.backends.cuda
    if (
        backends.flash_sdp_enabled() and capability >= (8, 0) and query.dtype in _HALVES
        and mask is None and wide and width <= 256 and shared
        and not (width > 192 and capability[0:2] in ((8, 6), (8, 9), (12, 0)) and chance > 0)
    ):  # fmt: skip
        return "flash"
    half_ok = query.dtype != torch.bfloat16 or capability >= (8, 0)
    if backends.mem_efficient_sdp_enabled() and heads and half_ok and capability >= (5, 0):
        return "efficient"
    return "math"


@contextmanager
def attend_as_on(capability: tuple[int, int]) -> Iterator[None]:
    """Inside, `scaled_dot_product_attention` takes the kernel that this card would."""

    def attend(
        query: Any, key: Any, value: Any, attn_mask: Any = None, dropout_p: float = 0.0,
        is_causal: bool = False, scale: float | None = None, enable_gqa: bool = False,
    ) -> Any:  # fmt: skip
        if query.device.type != "cuda":
            return _plain(
                query, key, value, attn_mask, dropout_p, is_causal,
                scale=scale, enable_gqa=enable_gqa,
            )  # fmt: skip
        query, key, value = (_lowered(one) for one in (query, key, value))
        if attn_mask is not None and attn_mask.is_floating_point():
            attn_mask = _lowered(attn_mask)
        kernel = choose(capability, query, key, value, attn_mask, dropout_p)
        if kernel == "flash":
            return _flash(query, key, value, dropout_p, is_causal, scale)
        if kernel == "efficient":
            return _efficient(query, key, value, attn_mask, dropout_p, is_causal, scale)
        return _plain(
            query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa
        )

    with patch.object(functional, "scaled_dot_product_attention", attend):
        yield


def _lowered(tensor: Any) -> Any:
    """Attention is on autocast's list of what computes in the narrow type (autocast_mode.h)."""
    if not torch.is_autocast_enabled("cuda"):
        return tensor
    return tensor.to(torch.get_autocast_dtype("cuda"))


def _flash(
    query: Any, key: Any, value: Any, chance: float, causal: bool, scale: float | None
) -> Any:
    """Widths that are no multiple of 8 are filled up, and cut again."""
    width = query.shape[-1]
    missing = -width % 8
    scale = width**-0.5 if scale is None else scale
    if missing:
        query, key, value = (functional.pad(one, (0, missing)) for one in (query, key, value))
    made = _aten._scaled_dot_product_flash_attention(
        query, key, value, chance, causal, False, scale=scale
    )[0]
    return made[..., :width] if missing else made


def flash_stand_in() -> str:
    """The package's kernel, made known to transformers under a name of ours. Rows are all of the
    longest kind here, so nothing is cut out of them, and no mask is made."""
    name = "lent_kernel"  # its own would be taken for one to be fetched

    def attend(
        module: Any, query: Any, key: Any, value: Any, attention_mask: Any,
        dropout: float = 0.0, scaling: float | None = None, **named: Any,
    ) -> Any:  # fmt: skip
        query, key, value = (_lowered(one) for one in (query, key, value))
        made = _flash(query, key, value, dropout, True, scaling)
        return made.transpose(1, 2).contiguous(), None

    AttentionInterface.register(name, attend)
    AttentionMaskInterface.register(name, lambda *given, **named: None)
    return name


def _efficient(
    query: Any, key: Any, value: Any, mask: Any, chance: float, causal: bool, scale: float | None
) -> Any:
    learned = any(one.requires_grad for one in (query, key, value))
    bias = None
    if mask is not None:
        bias = _as_bias(mask, query.dtype)
        bias = _aligned(bias).expand(
            query.shape[0], query.shape[1], query.shape[2], key.shape[2]
        )  # fmt: skip
    return _aten._scaled_dot_product_efficient_attention(
        query, key, value, bias, learned and torch.is_grad_enabled(), chance, causal, scale=scale
    )[0]


def _as_bias(mask: Any, dtype: torch.dtype) -> Any:
    """What may be seen adds nothing, what may not minus infinity."""
    if mask.dtype != torch.bool:
        return mask
    return torch.zeros_like(mask, dtype=dtype).masked_fill_(mask.logical_not(), float("-inf"))


def _aligned(bias: Any) -> Any:
    """The kernel reads rows of a multiple of 16 numbers: others are filled up, and cut again."""
    missing = -bias.shape[-1] % 16
    if not missing:
        return bias
    return functional.pad(bias, (0, missing))[..., : bias.shape[-1]]
