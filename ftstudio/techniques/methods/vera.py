"""VeRA: one pair of random matrices for all layers, and two thin vectors per layer that learn."""

from __future__ import annotations

from typing import Any, cast

from ftstudio.core.method import Attaching, Kept, Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params, param
from ftstudio.techniques import lora_targets
from ftstudio.techniques.lora_targets import linear_layers, linear_sizes


class VeraParams(Params):
    rank: int = param(
        256,
        title="Capacity",
        term="rank",
        minimum=1,
        maximum=4096,
        step=64,
        help="Must be much higher than LoRA's: 256–1024. It costs little, since only one number "
        "per rank and layer learns.",
    )
    dropout: float = param(
        0.0,
        title="Random omission",
        term="dropout",
        level="all",
        minimum=0,
        maximum=0.5,
        step=0.05,
        help="Leaves out a share of the learned part at each step; 0.05–0.1 helps with few "
        "examples.",
    )


def size(shape: ModelShape, params: Params) -> MethodSize:
    """rank + out per layer learn; the shared random pair is saved beside them, so that every
    machine has the same one."""
    rank = cast(VeraParams, params).rank
    sizes = linear_sizes(shape)
    trainable = shape.layers * sum(rank + out for _, out in sizes)
    shared = rank * (max(width for width, _ in sizes) + max(out for _, out in sizes))
    return MethodSize(trainable, trainable + shared, None, result_bytes=4 * (trainable + shared))


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """What both vectors scale; and for each layer a narrow copy of its part of the shared pair."""
    p, width = cast(VeraParams, params), precision.width
    sizes = linear_sizes(shape)
    token = width * sum(p.rank + out for _, out in sizes)
    pair = shape.layers * p.rank * sum(entering + out for entering, out in sizes)
    if p.dropout:
        token += precision.mark * sum(entering for entering, _ in sizes)
    widest = max(entering for entering, _ in sizes)
    return Kept(
        token=token,
        busy=(4 + width) * widest + 10 * width * shape.hidden if precision.mixed else 0,
        weights=width * pair if precision.mixed else 0,
        writes=lora_targets.branches_write(shape, precision, list(shape.linear_shapes)),
    )


def attach(model: Any, params: Params, attaching: Attaching) -> Any:
    from peft import VeraConfig, get_peft_model

    p = cast(VeraParams, params)
    config = VeraConfig(
        task_type=attaching.task,
        r=p.rank,
        vera_dropout=p.dropout,
        projection_prng_key=attaching.seed,
        target_modules=linear_layers(model),
        modules_to_save=list(attaching.head_modules) or None,
    )
    return get_peft_model(model, config)


def learning_rate(shape: ModelShape) -> float:
    """Ten times LoRA's, at most 2e-2."""
    return float(f"{min(10 * lora_targets.learning_rate(shape), 2e-2):.1e}")


VERA = Method(
    key="vera",
    title="VeRA",
    term="vector-based random matrix adaptation",
    promise="Learns two thin vectors per layer beside random matrices that all layers share.",
    when="When very many variants of one model must be held at once. Take LoRA for one or a few: "
    "it learns more in the same memory.",
    params=VeraParams,
    size=size,
    attach=attach,
    keeps=keeps,
    merges=True,
    order=85,
    evidence="In PEFT's own comparison (MetaMathQA, Llama-3.2-3B, 2026-07) it scored 0.354 where "
    "LoRA scored 0.478, in 20.1 against 20.8 GiB.",
    runs_in="Merged everywhere: vLLM, Ollama, llama.cpp. As an adapter in Transformers only.",
    sources={
        "rank": "256 and 1024 in “VeRA” (Kopiczko et al., 2024); 256 is the default of PEFT",
        "learning_rate": "ten times LoRA's, as for the instruction tuning in “VeRA” (Kopiczko et "
        "al., 2024)",
    },
    learning_rate=learning_rate,
)
