"""DoRA: LoRA that learns direction and length of each weight apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from ftstudio.core.method import Attaching, Kept, Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.pairing import Pairing
from ftstudio.core.params import Params
from ftstudio.techniques.lora_targets import (
    ALPHA_SOURCE,
    RANK_SOURCE,
    RATE_SOURCE,
    LoraFamilyParams,
    elements,
    in_attention,
    learning_rate,
    lora_config,
    lora_keeps,
    outputs,
)


class DoraParams(LoraFamilyParams):
    """LoRA's settings."""


def size(shape: ModelShape, params: Params) -> MethodSize:
    """LoRA's matrices, and one length per output of each adapted layer."""
    p = cast(DoraParams, params)
    trainable = elements(shape, p) + outputs(shape, p.targets)
    return MethodSize(trainable, trainable, None, result_bytes=4 * trainable)


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """As LoRA, and what each layer and each branch answered: the lengths scale both. The lengths
    themselves are measured on whole weights in float32, of which the branch's are what it makes of
    a unit matrix (peft 0.21, DoraLinearLayer). Where something is left out by chance, layers read
    again, with a raised weight that autocast lowers: a copy that is kept."""
    p = cast(DoraParams, params)
    made = lora_keeps(shape, params, precision)
    out = outputs(shape, p.targets) / shape.layers
    layers = shape.linear_shapes
    learning = layers if p.targets == "all-linear" else in_attention(shape)
    widest = max(layers[name][1] for name in learning)
    lowered = precision.width if precision.mixed else 0

    def measured(entering: int, out: int) -> int:
        unit = (4 + lowered) * entering**2
        return max(unit + 4 * out * entering, 16 * out * entering + lowered * entering**2)

    # A branch's answer is scaled twice beside the layer's own, with both whole weights still there.
    inner = next((name for name in ("up_proj", "gate_up_proj") if name in learning), None)
    entering, wide = layers[inner] if inner else (shape.hidden, widest)
    copies = sum(a * b for a, b in (layers[name] for name in learning)) if p.dropout else 0
    return replace(
        made,
        token=made.token + 2 * precision.width * out,
        busy=max(made.busy, 3 * precision.width * widest) + 2 * precision.width * widest,
        weights=made.weights + lowered * shape.layers * copies,
        writes=made.writes + 8 * wide,
        writes_weights=8 * entering * wide,
        ahead=max(measured(*layers[name]) for name in learning),
    )


def attach(model: Any, params: Params, attaching: Attaching) -> Any:
    from peft import get_peft_model

    p = cast(DoraParams, params)
    return get_peft_model(model, lora_config(model, p, attaching, use_dora=True))


def why_not(pairing: Pairing) -> str | None:
    if pairing.shape and pairing.shape.experts:
        return (
            "The experts of this model are held as one block, whose lengths DoRA can't take "
            "apart. Take LoRA."
        )
    return None


DORA = Method(
    key="dora",
    title="DoRA",
    term="weight-decomposed low-rank adaptation",
    promise="LoRA with the length of each weight learned apart from its direction.",
    when="When a small capacity (4–8) must do. Not first: it takes about a quarter more time than "
    "LoRA and more memory, for results that are often the same.",
    params=DoraParams,
    size=size,
    attach=attach,
    keeps=keeps,
    merges=True,
    order=15,
    evidence="In PEFT's own comparison (MetaMathQA, Llama-3.2-3B, rank 32, 2026-07) it scored "
    "0.469 where LoRA scored 0.478, with 22.9 against 20.8 GiB and 26 % more time.",
    runs_in="Merged everywhere: vLLM, Ollama, llama.cpp. As an adapter in Transformers only.",
    sources={
        "rank": RANK_SOURCE,
        "alpha": ALPHA_SOURCE,
        "learning_rate": f"LoRA's, as in “DoRA” (Liu et al., 2024); {RATE_SOURCE}",
    },
    why_not=why_not,
    learning_rate=learning_rate,
)
