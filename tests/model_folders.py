"""Makes model folders by hand: a config, weights of zeros, a tokenizer file. No torch."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

WIDTH = {"F32": 4, "F16": 2, "BF16": 2}
TEMPLATE = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"

LLAMA = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 16,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "intermediate_size": 32, "vocab_size": 64, "max_position_embeddings": 128,
    "tie_word_embeddings": True,
}  # fmt: skip


def llama_tensors(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    hidden, ffn = config["hidden_size"], config["intermediate_size"]
    keys = hidden * config["num_key_value_heads"] // config["num_attention_heads"]
    tensors: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (config["vocab_size"], hidden),
        "model.norm.weight": (hidden,),
    }
    for layer in range(config["num_hidden_layers"]):
        block = f"model.layers.{layer}."
        for name, shape in {
            "self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (keys, hidden),
            "self_attn.v_proj": (keys, hidden), "self_attn.o_proj": (hidden, hidden),
            "mlp.gate_proj": (ffn, hidden), "mlp.up_proj": (ffn, hidden),
            "mlp.down_proj": (hidden, ffn), "input_layernorm": (hidden,),
            "post_attention_layernorm": (hidden,),
        }.items():  # fmt: skip
            tensors[f"{block}{name}.weight"] = shape
    if not config.get("tie_word_embeddings", False):
        tensors["lm_head.weight"] = (config["vocab_size"], hidden)
    return tensors


def write_safetensors(file: Path, tensors: dict[str, tuple[int, ...]], dtype: str = "F16") -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in tensors.items():
        size = math.prod(shape) * WIDTH[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    raw = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(end))


def make_model(
    folder: Path, *, dtype: str = "F16", template: bool = True, licence: str = "mit",
    leave_out: tuple[str, ...] = (), **changes: Any,
) -> Path:  # fmt: skip
    """A whole Llama-shaped folder; `changes` go into config.json, `leave_out` names keys of it."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {**LLAMA, **changes}
    write_safetensors(folder / "model.safetensors", llama_tensors(config), dtype)
    kept = {key: value for key, value in config.items() if key not in leave_out}
    (folder / "config.json").write_text(json.dumps(kept))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "tokenizer_config.json").write_text("{}")
    if template:
        (folder / "chat_template.jinja").write_text(TEMPLATE)
    if licence:
        (folder / "README.md").write_text(f"---\nlicense: {licence}\n---\n# A model\n")
    return folder
