"""A model's shape from its config.json alone, before any weight is on this computer.

Counts the weights of the families named below to the last one; another family is counted as if
it were built like Llama, and that is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from ftstudio.basemodels.shape import NAMES, first_of
from ftstudio.core.model_shape import ModelShape


@dataclass(frozen=True)
class _Build:
    """What one block has besides its matrices."""

    gated: bool = True  # three matrices in the inner layer, not two
    qkv_bias: bool = False
    out_bias: bool = False
    inner_bias: bool = False
    norms: int = 2
    norm_bias: bool = False
    qk_norm: Literal["", "head", "row"] = ""  # over each head, or over all heads in a row
    positions: bool = False  # learned ones
    head_bias: bool = False
    tied: bool = False  # where the config does not say


_PLAIN = _Build(gated=False, qkv_bias=True, out_bias=True, inner_bias=True, norm_bias=True)
_BUILDS: dict[str, _Build] = {
    "llama": _Build(), "mistral": _Build(), "ministral": _Build(), "mixtral": _Build(),
    "phi3": _Build(), "granite": _Build(), "smollm3": _Build(tied=True),
    "qwen2": _Build(qkv_bias=True), "qwen2_moe": _Build(qkv_bias=True),
    "qwen3": _Build(qk_norm="head"), "qwen3_moe": _Build(qk_norm="head"),
    "gemma": _Build(tied=True), "gemma2": _Build(norms=4, tied=True),
    "gemma3_text": _Build(norms=4, qk_norm="head", tied=True),
    "olmo": _Build(norms=0), "olmo2": _Build(qk_norm="row"),
    "gpt2": _Build(gated=False, qkv_bias=True, out_bias=True, inner_bias=True, norm_bias=True,
                   positions=True, tied=True),
    "gpt_neox": _PLAIN,
    "phi": _Build(gated=False, qkv_bias=True, out_bias=True, inner_bias=True, norms=1,
                  norm_bias=True, head_bias=True),
    "starcoder2": _Build(gated=False, qkv_bias=True, out_bias=True, inner_bias=True,
                         norm_bias=True, tied=True),
}  # fmt: skip
# Where the class is named otherwise than the kind.
_CLASSES = {
    "gemma3_text": "Gemma3ForCausalLM", "gpt2": "GPT2LMHeadModel",
    "gpt_neox": "GPTNeoXForCausalLM", "smollm3": "SmolLM3ForCausalLM",
}  # fmt: skip
_NO_FINAL_NORM = {"olmo"}
_WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
_MOST = 10**7  # of any size
_BILLIONS = re.compile(r"(?<![\d.x])(\d{1,3}(?:\.\d{1,2})?)\s*([bm])(?![a-z0-9])", re.IGNORECASE)
# Models of a middling build by their size, for a name that says no more than it: billions of
# weights -> width, blocks, heads, key heads, inner width, vocabulary.
_MIDDLING = (
    (0.1, 768, 12, 12, 12, 2_048, 50_000), (0.5, 1_024, 24, 16, 8, 3_072, 152_000),
    (1.5, 2_048, 24, 16, 8, 6_144, 152_000), (4, 2_560, 36, 32, 8, 9_728, 152_000),
    (8, 4_096, 34, 32, 8, 13_312, 140_000), (14, 5_120, 40, 40, 8, 15_360, 150_000),
    (32, 5_120, 64, 40, 8, 25_600, 152_000), (70, 8_192, 80, 64, 8, 28_672, 128_000),
    (120, 12_288, 88, 96, 8, 28_672, 32_768),
)  # fmt: skip


def shape_of_config(config: dict[str, Any]) -> tuple[ModelShape, list[str]]:
    """Sizes that are missing or no numbers are 0; the sentences say what is not sure."""
    text = config.get("text_config")
    if isinstance(text, dict) and not first_of(config, NAMES["hidden"]):
        config = {**config, **text}
    found = {size: _sane(first_of(config, keys)) for size, keys in NAMES.items()}
    kind = str(config.get("model_type") or "")
    doubts = _doubts(kind, found)
    build = _BUILDS.get(kind.replace("-", "_"), _Build())
    stated = config.get("tie_word_embeddings")
    tied = stated if isinstance(stated, bool) else build.tied
    hidden, heads = found["hidden"], found["heads"]
    experts = found["experts"]
    ffn = _sane(first_of(config, ("moe_intermediate_size",))) if experts else 0
    dtype = str(config.get("dtype") or config.get("torch_dtype") or "bfloat16")
    dtype = dtype if dtype in _WIDTHS else "bfloat16"
    bare = ModelShape(
        architecture=_architecture(config, kind),
        hidden=hidden, layers=found["layers"], heads=heads, kv_heads=found["kv_heads"] or heads,
        head_dim=_sane(first_of(config, ("head_dim",))) or hidden // max(1, heads),
        ffn=ffn or found["ffn"] or 4 * hidden, vocab=found["vocab"], tied=tied,
        max_length=found["max_length"] or 2_048, parameters=0, dtype=dtype, weight_bytes=0,
        experts=experts, experts_per_token=min(found["experts_per_token"] or 1, experts),
        compression=_compression(config),
    )  # fmt: skip
    count = 0 if len(doubts) > 1 or _missing(found) else _count(bare, build, config, kind)
    return bare.model_copy(
        update={"parameters": count, "weight_bytes": count * _WIDTHS[dtype]}
    ), doubts


def shape_of_name(name: str) -> ModelShape | None:
    """A middling model of the size that a name tells, as “Qwen3-8B” does; None where it tells
    none."""
    found = _BILLIONS.findall(name.rpartition("/")[2])
    if not found:
        return None
    number, unit = found[0]
    billions = float(number) / (1 if unit in "bB" else 1_000)
    if not 0.005 <= billions <= 1_000:
        return None
    _size, *rest = min(_MIDDLING, key=lambda row: abs(row[0] - billions) / row[0])
    hidden, layers, heads, kv_heads, ffn, vocab = (int(value) for value in rest)
    count = int(billions * 1e9)
    return ModelShape(
        architecture="", hidden=hidden, layers=layers, heads=heads, kv_heads=kv_heads,
        head_dim=hidden // heads, ffn=ffn, vocab=vocab, tied=billions < 4, max_length=32_768,
        parameters=count, dtype="bfloat16", weight_bytes=2 * count,
    )  # fmt: skip


def _sane(value: int | None) -> int:
    return value if value is not None and 0 < value <= _MOST else 0


def _missing(found: dict[str, int]) -> list[str]:
    return [size for size in ("hidden", "layers", "heads", "vocab") if not found[size]]


def _doubts(kind: str, found: dict[str, int]) -> list[str]:
    doubts = []
    if kind.replace("-", "_") not in _BUILDS:
        doubts.append(
            f"Its kind, {kind or 'not named in config.json'}, is not one whose weights this "
            "version can count; it was taken for one built like Llama."
        )
    if missing := _missing(found):
        names = ", ".join(NAMES[size][0] for size in missing)
        doubts.append(f"Its config.json does not say, or not plausibly: {names}.")
    return doubts


def _architecture(config: dict[str, Any], kind: str) -> str:
    """The class that is named; else the one by which transformers opens this kind."""
    named = config.get("architectures")
    if isinstance(named, list) and named:
        return str(named[0])
    known = kind.replace("-", "_")
    usual = "".join(map(str.capitalize, known.split("_"))) + "ForCausalLM"
    return _CLASSES.get(known, usual) if known in _BUILDS else kind


def _compression(config: dict[str, Any]) -> str:
    packed = config.get("quantization_config")
    return str(packed.get("quant_method", "")) if isinstance(packed, dict) else ""


def _count(shape: ModelShape, build: _Build, config: dict[str, Any], kind: str) -> int:
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    norm = shape.hidden * (2 if build.norm_bias else 1)
    attention = 2 * shape.hidden * (queries + keys)
    if _flag(config, ("attention_bias", "use_qkv_bias"), build.qkv_bias):
        attention += queries + 2 * keys
    if _flag(config, ("attention_bias",), build.out_bias):
        attention += shape.hidden
    attention += {"": 0, "head": 2 * shape.head_dim, "row": queries + keys}[build.qk_norm]
    block = attention + build.norms * norm
    whole = shape.layers * block + _inner(shape, build, config, kind)
    whole += 0 if kind in _NO_FINAL_NORM else norm
    whole += shape.vocab * shape.hidden * (1 if shape.tied else 2)
    whole += shape.max_length * shape.hidden if build.positions else 0
    return whole + (shape.vocab if build.head_bias else 0)


def _inner(shape: ModelShape, build: _Build, config: dict[str, Any], kind: str) -> int:
    """The inner layers of all blocks, experts and what chooses among them included."""
    if not shape.experts:
        return shape.layers * _mlp(shape.hidden, shape.ffn, build, config)
    one = _mlp(shape.hidden, shape.ffn, build, config)
    sparse = shape.experts * one + shape.experts * shape.hidden
    shared = _sane(first_of(config, ("shared_expert_intermediate_size",)))
    if shared:  # every token passes it, weighed by one number
        sparse += _mlp(shape.hidden, shared, build, config) + shape.hidden
    every = _sane(first_of(config, ("decoder_sparse_step",))) or 1
    only = config.get("mlp_only_layers") or []
    dense = [
        layer for layer in range(shape.layers) if layer in only or (layer + 1) % every
    ] if isinstance(only, list) else []  # fmt: skip
    wide = _mlp(shape.hidden, _sane(first_of(config, NAMES["ffn"])) or shape.ffn, build, config)
    return (shape.layers - len(dense)) * sparse + len(dense) * wide


def _mlp(hidden: int, ffn: int, build: _Build, config: dict[str, Any]) -> int:
    made = (3 if build.gated else 2) * hidden * ffn
    if _flag(config, ("mlp_bias", "use_bias"), build.inner_bias):
        made += (2 * ffn if build.gated else ffn) + hidden
    return made


def _flag(config: dict[str, Any], names: tuple[str, ...], usual: bool) -> bool:
    for name in names:
        if isinstance(config.get(name), bool):
            return bool(config[name])
    return usual
