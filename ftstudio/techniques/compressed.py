"""LoRA on a base that is held in 4 or 8 bits: its memory, its precision, what it needs. No torch
before it is called."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import Any, cast

from ftstudio.core.method import Attaching, Kept, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.pairing import Pairing
from ftstudio.core.params import Params
from ftstudio.techniques.lora_targets import (
    LoraFamilyParams,
    branches_keep,
    elements,
    in_attention,
    lora_config,
)

# Heads and word tables stay as they are: they are few, and a head must learn.
NOT_COMPRESSED = ["lm_head", "score", "embed_out", "output"]


def adapter_size(shape: ModelShape, params: Params, per_weight: float) -> MethodSize:
    """LoRA's matrices beside a base of `per_weight` bytes in the linear layers of its blocks."""
    trainable = elements(shape, cast(LoraFamilyParams, params))
    held = bytes_per_weight(shape, per_weight)
    return MethodSize(trainable, trainable, held, result_bytes=4 * trainable)


def bytes_per_weight(shape: ModelShape, per_weight: float) -> float:
    """On average: the rest (word tables, norms, fused experts) stays in 16 bits."""
    layers = shape.linear_shapes
    names = in_attention(shape) if shape.experts else tuple(layers)
    inside = shape.layers * sum(layers[name][0] * layers[name][1] for name in names)
    share = min(1.0, inside / max(1, shape.parameters))
    return share * per_weight + (1 - share) * 2


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """Of the branches; the weight that is unpacked for one product counts to what works."""
    p = cast(LoraFamilyParams, params)
    made = branches_keep(shape, precision, p.rank, p.targets, p.dropout, compressed=True)
    # What the way down reads only its branch has kept: gone when gate and up have gradients.
    inner = 0 if p.targets == "attention" or shape.experts else precision.width * shape.ffn
    return replace(made, gone=inner, busy_weights=precision.width * shape.hidden * shape.ffn)


def attach(model: Any, params: Params, attaching: Attaching) -> Any:
    """The adapter in float32 around the compressed base. peft freezes the base by itself; its
    `prepare_model_for_kbit_training` would only double the word tables."""
    from peft import get_peft_model

    p = cast(LoraFamilyParams, params)
    return get_peft_model(model, lora_config(model, p, attaching))


def compute_dtype(device: str) -> Any:
    """What is unpacked for each product: bfloat16 on Ampere and newer, float32 on a processor."""
    import torch

    if device != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.get_device_capability()[0] >= 8 else torch.float16


def without_bitsandbytes() -> str | None:
    if importlib.util.find_spec("bitsandbytes"):
        return None
    return (
        "The package bitsandbytes, which compresses the model, is not there; it exists for x86-64 "
        "processors only. Take LoRA."
    )


def why_not(pairing: Pairing) -> str | None:
    if pairing.shape and pairing.shape.experts:
        return (
            "Nearly all weights of this model are experts held as one block, which can't be "
            "compressed while it is loaded; nothing would be saved. Take LoRA."
        )
    return None
