"""LoRA on a base that is held in 8 bits while it learns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from ftstudio.core.method import Kept, Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params
from ftstudio.techniques import compressed
from ftstudio.techniques.lora_targets import (
    ALPHA_SOURCE,
    RANK_SOURCE,
    RATE_SOURCE,
    RUNS_IN,
    LoraFamilyParams,
    learning_rate,
)


class Lora8bitParams(LoraFamilyParams):
    """LoRA's settings."""


def size(shape: ModelShape, params: Params) -> MethodSize:
    """One byte per weight; the scale of each row is lost in it."""
    return compressed.adapter_size(shape, params, 1.0)


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """As beside any compressed base; and each of its layers holds what it read, in a way that
    checkpointing does not see (bitsandbytes 0.50, MatMul8bitLt)."""
    p, width = cast(Lora8bitParams, params), precision.width
    made = compressed.keeps(shape, params, precision)
    read = 2 * shape.hidden + shape.ffn
    known = 0  # the branches read the same tensors, unless some of it is left out by chance
    if not p.dropout:
        known = shape.hidden if p.targets == "attention" else read
    lasting = width * (read + shape.heads * shape.head_dim)
    # Sums are made in int32 of what was read in 8 bits; beside up stands what gate gave.
    beside, out = (0, 2 * shape.ffn) if shape.fused else (shape.ffn, shape.ffn)
    writes = (4 + width) * out + width * beside + (1 + 4 * width) * shape.hidden
    token = made.token + width * (read - known)
    return replace(made, token=token, lasting=lasting, writes=max(made.writes, writes))


def quantize(params: Params, device: str) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=compressed.NOT_COMPRESSED)


LORA_8BIT = Method(
    key="lora_8bit",
    title="8-bit LoRA",
    term="low-rank adaptation of an 8-bit model",
    promise="LoRA with the model held in little more than half of its memory.",
    when="When LoRA just does not fit and QLoRA is too coarse. Take QLoRA when memory is short: "
    "its model takes less still.",
    params=Lora8bitParams,
    size=size,
    attach=compressed.attach,
    keeps=keeps,
    merges=True,
    order=25,
    traits=frozenset({"quantized"}),
    runs_in=f"{RUNS_IN} Merged, into the model in full precision, everywhere.",
    sources={
        "rank": RANK_SOURCE,
        "alpha": ALPHA_SOURCE,
        "learning_rate": f"LoRA's; the model loses next to nothing in 8 bits: “LLM.int8()” "
        f"(Dettmers et al., 2022); {RATE_SOURCE}",
    },
    why_not=compressed.why_not,
    learning_rate=learning_rate,
    quantize=quantize,
    missing=compressed.without_bitsandbytes,
)
