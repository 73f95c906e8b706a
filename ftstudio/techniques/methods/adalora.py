"""AdaLoRA: LoRA that moves its capacity to the layers where it matters while it learns."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ftstudio.core.method import Attaching, Kept, Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params, param
from ftstudio.techniques.lora_targets import (
    RATE_SOURCE,
    branches_keep,
    learning_rate,
    linear_layers,
    linear_sizes,
)

STATE = "rank_budget.safetensors"  # beside the weights of a version: needed to go on exactly
_WEIGHTS, _CONFIG = "adapter_model.safetensors", "adapter_config.json"
_UNKNOWN_STEPS = 10**9  # until the trainer is built


class AdaloraParams(Params):
    rank: int = param(
        16,
        title="Capacity",
        term="target rank",
        minimum=1,
        maximum=256,
        step=8,
        help="What a layer has on average in the end; it begins with half as much again. 8–16 for "
        "most work.",
    )
    alpha: int = param(
        32,
        title="Strength",
        term="alpha",
        level="all",
        minimum=1,
        maximum=1024,
        step=8,
        help="How loudly the learned part speaks. Twice the capacity is usual.",
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
    orthogonality: float = param(
        0.5,
        title="Keep directions apart",
        term="orthogonal regularization",
        level="all",
        minimum=0,
        maximum=1,
        step=0.1,
        help="How strongly the directions of a layer are held at right angles; 0.1–0.5 is usual. "
        "0 is off.",
    )


def first_rank(rank: int) -> int:
    return math.ceil(1.5 * rank)


def size(shape: ModelShape, params: Params) -> MethodSize:
    """Half as much again as the target while it learns; the target in the result."""
    p = cast(AdaloraParams, params)
    per_rank = shape.layers * sum(width + out + 1 for width, out in linear_sizes(shape))
    trainable = first_rank(p.rank) * per_rank
    return MethodSize(trainable, trainable, None, result_bytes=4 * p.rank * per_rank)


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """As LoRA, and what each branch answers. Of each number three more tell how much it matters."""
    p, width = cast(AdaloraParams, params), precision.width
    made = branches_keep(shape, precision, first_rank(p.rank), "all-linear", p.dropout)
    sizes = linear_sizes(shape)
    widest = max(out for _, out in sizes)
    return replace(
        made,
        token=made.token + width * sum(out for _, out in sizes),
        busy=max(made.busy, 9 * width * widest),
        state=3 * 4 * size(shape, p).trainable,
    )


def attach(model: Any, params: Params, attaching: Attaching) -> Any:
    from peft import AdaLoraConfig, get_peft_model

    p = cast(AdaloraParams, params)
    config = AdaLoraConfig(
        task_type=attaching.task,
        target_r=p.rank,
        init_r=first_rank(p.rank),
        lora_alpha=p.alpha,
        lora_dropout=p.dropout,
        orth_reg_weight=0.0,  # the budget sees to it, whatever the trainer's loss is
        total_step=_UNKNOWN_STEPS,
        target_modules=linear_layers(model),
        modules_to_save=list(attaching.head_modules) or None,
    )
    return get_peft_model(model, config)


def callbacks(model: Any, params: Params, steps: int) -> list[Any]:
    from ftstudio.techniques.engine.rank_budget import RankBudget

    return [RankBudget(model, steps, STATE, cast(AdaloraParams, params).orthogonality)]


def convert(job: Path, staged: Path) -> bool:
    """Leave out what was switched off: directions whose weight is exactly zero add nothing."""
    from safetensors.torch import load_file, save_file

    (staged / STATE).unlink(missing_ok=True)
    weights = load_file(str(staged / _WEIGHTS))
    config = json.loads((staged / _CONFIG).read_text("utf-8"))
    pattern: dict[str, list[bool]] = {}
    for name in [name for name in weights if name.endswith("lora_E")]:
        kept = weights[name].flatten() != 0
        layer = name.removesuffix("lora_E")
        pattern[name.removeprefix("base_model.model.")] = kept.tolist()
        for part in ("lora_A", "lora_E"):
            weights[layer + part] = weights[layer + part][kept].contiguous()
        weights[layer + "lora_B"] = weights[layer + "lora_B"][:, kept].contiguous()
    save_file(weights, str(staged / _WEIGHTS), metadata={"format": "pt"})
    config["rank_pattern"] = pattern
    (staged / _CONFIG).write_text(json.dumps(config, indent=2), "utf-8")
    return False


ADALORA = Method(
    key="adalora",
    title="AdaLoRA",
    term="adaptive low-rank adaptation",
    promise="Begins wide everywhere and keeps capacity only where it matters.",
    when="For long runs with a small file as the aim: it needs a few hundred steps to find out "
    "where. Take LoRA for short ones.",
    params=AdaloraParams,
    size=size,
    attach=attach,
    keeps=keeps,
    merges=True,
    order=62,
    evidence="In PEFT's own comparison (MetaMathQA, Llama-3.2-3B, 2026-07) it scored 0.373 where "
    "LoRA scored 0.478, with 24 % more time.",
    runs_in="Merged everywhere: vLLM, Ollama, llama.cpp. As an adapter in Transformers only.",
    sources={
        "rank": "begins with 1.5 times the target, as in “AdaLoRA” (Zhang et al., 2023)",
        "orthogonality": "the default of PEFT; 0.1–0.5 in “AdaLoRA” (Zhang et al., 2023)",
        "learning_rate": f"LoRA's rule; {RATE_SOURCE}",
    },
    learning_rate=learning_rate,
    callbacks=callbacks,
    convert=convert,
)
