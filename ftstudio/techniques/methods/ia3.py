"""IA³: one factor per key, value and inner feature learns; nothing else."""

from __future__ import annotations

from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.method import Attaching, Kept, Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params
from ftstudio.techniques.lora_targets import present

_LEARNING = ("k_proj", "v_proj", "down_proj")
_INNER = ("down_proj",)


class Ia3Params(Params):
    """Nothing to choose: what learns is given by the method."""


def size(shape: ModelShape, params: Params) -> MethodSize:
    """One number per output of the keys and values and per input of the way down."""
    kv = 0 if shape.fused else shape.kv_heads * shape.head_dim
    inner = 0 if shape.experts else shape.ffn  # fused experts have no layer to scale
    trainable = shape.layers * (2 * kv + inner)
    return MethodSize(
        trainable, trainable, None, result_bytes=4 * trainable + _NAMES * shape.layers
    )


_NAMES = 360  # bytes that the names of three small tensors take in the file


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """What is scaled is kept: keys and values, and in float32 what the way down reads."""
    kv = 0 if shape.fused else shape.kv_heads * shape.head_dim
    inner = 0 if shape.experts else shape.ffn
    busy = 12 * inner + precision.stream * shape.hidden
    # Without autocast too: as it was, in float32, scaled, and narrow again.
    writes = (8 + 2 * precision.width) * inner + 4 * precision.width * shape.hidden
    return Kept(token=4 * inner + 2 * precision.width * kv, busy=busy, writes=writes)


def attach(model: Any, params: Params, attaching: Attaching) -> Any:
    from peft import IA3Config, get_peft_model

    names = present(model, _LEARNING)
    if not names:
        raise StudioError(
            "The keys and values of this model were not found.",
            "Its layers have other names than the ones this app knows.",
            "Take LoRA, which finds every linear layer.",
            code="no_attention_layers",
        )
    config = IA3Config(
        task_type=attaching.task,
        target_modules=names,
        feedforward_modules=[name for name in names if name in _INNER],
        modules_to_save=list(attaching.head_modules) or None,
    )
    return get_peft_model(model, config)


def learning_rate(shape: ModelShape) -> float:
    """3e-3 × (4096 / hidden size)^0.781, two digits: 2.6e-2 at 256."""
    rate = 3e-3 * (4096 / max(shape.hidden, 32)) ** 0.781
    return float(f"{min(rate, 5e-2):.1e}")


IA3 = Method(
    key="ia3",
    title="IA³",
    term="infused adapter by inhibiting and amplifying inner activations",
    promise="Learns only how loudly each inner feature speaks; the file is tiny.",
    when="When hundreds of variants must fit on a small disk. Not for new facts or a new language: "
    "it can only turn up or down what the model knows.",
    params=Ia3Params,
    size=size,
    attach=attach,
    keeps=keeps,
    merges=True,
    order=80,
    evidence="In PEFT's own comparison (MetaMathQA, Llama-3.2-3B, 2026-07) it scored 0.398 in 21.6 "
    "GiB, on every linear layer 0.455 in 24.4 GiB, where LoRA scored 0.478 in 20.8 GiB.",
    runs_in="Merged everywhere: vLLM, Ollama, llama.cpp. As an adapter in Transformers only.",
    sources={
        "learning_rate": "3e-3 on T0 with hidden size 4096: “Few-Shot Parameter-Efficient "
        "Fine-Tuning” (Liu et al., 2022); falling with the hidden size as LoRA's does, since on "
        "the built-in model (hidden size 256) 3e-2 gave a loss of 3.4 on unseen examples "
        "where 3e-3 gave 7.4 (two passes, one try)",
    },
    learning_rate=learning_rate,
)
