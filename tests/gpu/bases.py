"""Models of real sizes without their weights: the config as it was published, and a file of
weights that is as long as the real one, empty, and takes no room on the disk.

The numbers are those of each model's own config.json; the counts of weights are the published
ones, and a test holds both together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.forecast.model_configs import CONFIGS as MEASURED_BY_OTHERS


@dataclass(frozen=True)
class Base:
    config: dict[str, Any]
    weights: int  # as published


def _base(weights: int, kind: str, sizes: tuple[int, ...], tied: bool, **more: Any) -> Base:
    """`sizes`: width, blocks, heads, key heads, inner width, words."""
    hidden, layers, heads, groups, inner, words = sizes
    config = {
        "model_type": kind, "hidden_size": hidden, "num_hidden_layers": layers,
        "num_attention_heads": heads, "num_key_value_heads": groups, "intermediate_size": inner,
        "vocab_size": words, "tie_word_embeddings": tied, "max_position_embeddings": 32768,
        **more,
    }  # fmt: skip
    return Base(config, weights)


def _known(name: str, weights: int) -> Base:
    return Base(MEASURED_BY_OTHERS[name], weights)


BASES: dict[str, Base] = {
    "Qwen2.5-0.5B": _base(494_032_768, "qwen2", (896, 24, 14, 2, 4864, 151936), True),
    "Qwen2.5-1.5B": _known("Qwen/Qwen2.5-1.5B-Instruct", 1_543_714_304),
    "Qwen2.5-7B": _base(7_615_616_512, "qwen2", (3584, 28, 28, 4, 18944, 152064), False),
    "Qwen2.5-14B": _base(14_770_033_664, "qwen2", (5120, 48, 40, 8, 13824, 152064), False),
    "Qwen2.5-32B": _base(32_763_876_352, "qwen2", (5120, 64, 40, 8, 27648, 152064), False),
    "Qwen3-0.6B": _base(
        596_049_920, "qwen3", (1024, 28, 16, 8, 3072, 151936), True, head_dim=128
    ),
    "Qwen3-8B": _base(
        8_190_735_360, "qwen3", (4096, 36, 32, 8, 12288, 151936), False, head_dim=128
    ),
    "Llama-3.2-1B": _base(
        1_235_814_400, "llama", (2048, 16, 32, 8, 8192, 128256), True, head_dim=64
    ),
    "Llama-3.2-3B": _known("Llama-3.2-3B", 3_212_749_824),
    "Llama-3.1-8B": _known("Llama-3.1-8B", 8_030_261_248),
    "Mistral-7B": _known("mistralai/Mistral-7B-Instruct-v0.3", 7_248_023_552),
    "Gemma-3-1B": _base(
        999_885_952, "gemma3_text", (1152, 26, 4, 1, 6912, 262144), True, head_dim=256,
        sliding_window=512, query_pre_attn_scalar=256,
    ),
    "Phi-3-mini": _base(
        3_821_079_552, "phi3", (3072, 32, 32, 32, 8192, 32064), False, sliding_window=2047
    ),
    "OLMoE-1B-7B": _base(
        6_919_161_856, "olmoe", (2048, 16, 16, 16, 1024, 50304), False, num_experts=64,
        num_experts_per_tok=8,
    ),
}  # fmt: skip
_CLASSES = {
    "qwen2": "Qwen2ForCausalLM", "qwen3": "Qwen3ForCausalLM", "llama": "LlamaForCausalLM",
    "mistral": "MistralForCausalLM", "gemma3_text": "Gemma3ForCausalLM",
    "phi3": "Phi3ForCausalLM", "olmoe": "OlmoeForCausalLM",
}  # fmt: skip


def write_base(config: dict[str, Any], folder: Path, dtype: str = "bfloat16") -> Path:
    """The folder as our worker wants one; made at the first call."""
    from ftstudio.worker.simulation.rows import write_plain_tokenizer

    if (folder / "model.safetensors").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    whole = {
        "architectures": [_CLASSES[config["model_type"]]], "dtype": dtype, "bos_token_id": 1,
        "eos_token_id": 2, "pad_token_id": 0, **config,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(whole, indent=1), "utf-8")
    write_plain_tokenizer(folder)
    _write_empty_weights(shapes_of(whole), folder / "model.safetensors", dtype)
    return folder


def shapes_of(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Each weight of the model, as its library names and sizes it."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    made = CONFIG_MAPPING[config["model_type"]].from_dict(config)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(made)
    return {name: tuple(weight.shape) for name, weight in model.named_parameters()}


def _write_empty_weights(shapes: dict[str, tuple[int, ...]], file: Path, dtype: str) -> None:
    """A header, and a hole as long as the weights: nothing of it is on the disk. Raises OSError
    where the disk knows no holes."""
    each = {"bfloat16": 2, "float16": 2, "float32": 4}[dtype]
    short = {"bfloat16": "BF16", "float16": "F16", "float32": "F32"}[dtype]
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in shapes.items():
        size = each
        for length in shape:
            size *= length
        header[name] = {"dtype": short, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    begins = 8 + len(text)
    with file.open("wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        out.truncate(begins + at)
    taken = getattr(file.stat(), "st_blocks", 0) * 512
    if taken > begins + (1 << 20):
        file.unlink()
        raise OSError(f"this disk writes holes out: {taken} bytes for an empty file of {at}")
