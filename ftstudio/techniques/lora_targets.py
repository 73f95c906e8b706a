"""What the LoRA family shares: its settings, where it learns, how large it becomes. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.method import Attaching, Kept, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.params import Params, param

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
FEED_FORWARD = ("gate_proj", "up_proj", "down_proj")
# Where one layer does the work of several, as in Phi-3.
JOINED = ("qkv_proj", "gate_up_proj")
# The names that other architectures give to the same layers.
_ATTENTION_ELSEWHERE = ("qkv_proj", "query_key_value", "c_attn", "out_proj", "dense", "Wqkv")

RANK_SOURCE = (
    "on every linear layer, LoRA equals full fine-tuning while its rank has room for the examples: "
    "“LoRA Without Regret” (Schulman et al., 2025); 16 is our choice"
)
ALPHA_SOURCE = "twice the rank: “DoRA” (Liu et al., 2024), and PEFT's method_comparison"
RATE_SOURCE = (
    "15 times the rate of full fine-tuning, best in short runs: “LoRA Without Regret” (Schulman et "
    "al., 2025); falls with the hidden size as its authors measured on Llama models, below 2000 as "
    "in “Tensor Programs V” (Yang et al., 2022). 4.3e-4 at 4096"
)
RUNS_IN = (
    "As an adapter in vLLM (above capacity 16 with --max-lora-rank), in llama.cpp as GGUF and, for "
    "Llama, Mistral and Gemma, in Ollama; not where new words were learned."
)


class LoraFamilyParams(Params):
    """The settings that every relative of LoRA has."""

    rank: int = param(
        16,
        title="Capacity",
        term="rank",
        minimum=1,
        maximum=512,
        step=8,
        help="How much it can learn. 8 is enough for a style, 16 for most work, 64 for many facts; "
        "memory and file size grow with it.",
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
        help="Leaves out a share of the learned part at each step, against learning by heart; "
        "0.05–0.1 helps with fewer than a few hundred examples.",
    )
    targets: Literal["all-linear", "attention"] = param(
        "all-linear",
        title="Where it learns",
        term="target modules",
        level="all",
        labels={"all-linear": "In every layer", "attention": "In the attention only"},
        help="Every layer learns best. Attention only needs about a third of the memory and file "
        "size, and learns new facts less well.",
    )


def in_attention(shape: ModelShape) -> list[str]:
    """Names of the attention's linear layers in one block."""
    names = (*ATTENTION, *_ATTENTION_ELSEWHERE)
    return [name for name in names if name in shape.linear_shapes]


def elements(shape: ModelShape, params: LoraFamilyParams) -> int:
    """rank × (in + out) per adapted layer."""
    return shape.layers * _per_block(shape, params.rank, params.targets)


def outputs(shape: ModelShape, targets: str) -> int:
    """Outputs of all adapted layers together."""
    layers = shape.linear_shapes
    names = in_attention(shape) if targets == "attention" else tuple(layers)
    return shape.layers * sum(layers[name][1] for name in names)


def _per_block(shape: ModelShape, rank: int, targets: str) -> int:
    layers = shape.linear_shapes
    attention = sum(rank * sum(layers[name]) for name in in_attention(shape))
    if targets == "attention":
        return attention
    if not shape.experts:
        return sum(rank * sum(sizes) for sizes in layers.values())
    # Gate and up are one fused matrix per expert, which peft gives twice the rank; the router
    # learns too.
    gate_up = shape.experts * 2 * rank * (shape.hidden + 2 * shape.ffn)
    down = shape.experts * rank * (shape.ffn + shape.hidden)
    return attention + gate_up + down + rank * (shape.hidden + shape.experts)


def branches_keep(
    shape: ModelShape, precision: Precision, rank: int, targets: str, dropout: float,
    compressed: bool = False,
) -> Kept:  # fmt: skip
    """Of low-rank branches. In narrow types each has its own copy of what it reads: peft raises it
    to float32, and autocast lowers it again. Beside a compressed base it leaves that out."""
    layers = shape.linear_shapes
    attention = targets == "attention" or bool(shape.experts)
    names = in_attention(shape) if attention else list(layers)
    reads = {name: layers[name][0] for name in names}
    raised = precision.mixed and not compressed
    if raised or dropout:
        read = sum(reads.values())
    else:  # what several read is one tensor, and the attention's own result is kept anyway
        read = shape.hidden + (0 if attention else shape.hidden + shape.ffn)
    token = precision.width * (read + rank * len(reads))
    if dropout:
        token += precision.mark * sum(reads.values())
    per_block = sum(rank * sum(layers[name]) for name in reads)
    weights = precision.width * shape.layers * per_block if precision.mixed else 0
    # The widest input stands there in float32 and once more in the narrow type.
    widest = 0 if attention else (4 + precision.width) * shape.ffn
    if dropout:
        widest += 4 * shape.ffn
    busy = widest + 6 * precision.width * shape.hidden if raised else 0
    writes = branches_write(shape, precision, list(reads))
    return Kept(token=token, busy=busy, weights=weights, writes=writes)


def branches_write(shape: ModelShape, precision: Precision, names: Sequence[str]) -> float:
    """Without autocast a branch answers in float32, is scaled and then added: its answer stands
    there twice, with what the layer and its neighbour gave."""
    layers = shape.linear_shapes
    inner = [name for name in ("up_proj", "gate_up_proj") if name in names]
    out = max(layers[name][1] for name in inner or names)
    beside = precision.width * out if "up_proj" in names else 0
    return (precision.width + 8) * out + beside + (4 + 4 * precision.width) * shape.hidden


def lora_keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    assert isinstance(params, LoraFamilyParams)
    return branches_keep(shape, precision, params.rank, params.targets, params.dropout)


def lora_config(model: Any, params: LoraFamilyParams, attaching: Attaching, **more: Any) -> Any:
    """peft's configuration; `more` are further keywords of it."""
    from peft import LoraConfig

    settings: dict[str, Any] = {
        "task_type": attaching.task,
        "r": params.rank,
        "lora_alpha": params.alpha,
        "lora_dropout": params.dropout,
        "target_modules": ("all-linear" if params.targets == "all-linear" else attention_of(model)),
        "modules_to_save": list(attaching.head_modules) or None,
    }
    return LoraConfig(**{**settings, **more})


def attention_of(model: Any) -> list[str]:
    """Names of the attention's linear layers, as far as the model has layers of such a name."""
    found = present(model, (*ATTENTION, *_ATTENTION_ELSEWHERE))
    if not found:
        raise StudioError(
            "The attention layers of this model were not found.",
            "Its layers have other names than the ones this app knows.",
            "Let every layer learn instead.",
            code="no_attention_layers",
        )
    return found


def present(model: Any, names: tuple[str, ...]) -> list[str]:
    there = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    return [name for name in names if name in there]


def linear_layers(model: Any) -> list[str] | str:
    """Names of the linear layers inside the blocks; fused experts are none."""
    return present(model, (*ATTENTION, *FEED_FORWARD, *JOINED)) or "all-linear"


def linear_sizes(shape: ModelShape) -> list[tuple[int, int]]:
    """(in, out) of the layers of one block that `linear_layers` names."""
    sizes = shape.linear_shapes
    known = ATTENTION if shape.experts else (*ATTENTION, *FEED_FORWARD, *JOINED)
    return [sizes[name] for name in known if name in sizes]


def learning_rate(shape: ModelShape) -> float:
    """15 × 5e-5 at a hidden size of 2000, two digits: 5.9e-3 at 256, 4.3e-4 at 4096."""
    smaller = 2000 / max(shape.hidden, 32)
    rate = 7.5e-4 * (smaller if smaller > 1 else smaller**0.781)
    return float(f"{min(rate, 6e-3):.1e}")
