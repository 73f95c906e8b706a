"""Where the LoRA family learns, and how much that is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.method import Attaching
from ftstudio.techniques import methods
from ftstudio.techniques.lora_targets import (
    ATTENTION,
    LoraFamilyParams,
    attention_of,
    elements,
    outputs,
)
from tests.shapes import QWEN_8B, STARTER


def model_with(*names: str) -> Any:
    return SimpleNamespace(named_modules=lambda: [(f"model.layers.0.{n}", None) for n in names])


def test_a_rank_costs_both_sides_of_each_layer() -> None:
    # hidden 256, keys and values 128, feed-forward 688, six blocks
    attention = (256 + 256) + 2 * (256 + 128) + (256 + 256)
    feed_forward = 3 * (256 + 688)
    every = LoraFamilyParams(rank=4)
    only = LoraFamilyParams(rank=4, targets="attention")
    assert elements(STARTER, every) == 6 * 4 * (attention + feed_forward)
    assert elements(STARTER, only) == 6 * 4 * attention
    assert elements(QWEN_8B, LoraFamilyParams(rank=32)) == 2 * elements(
        QWEN_8B, LoraFamilyParams(rank=16)
    )


def test_outputs_are_those_of_the_layers_that_learn() -> None:
    assert outputs(STARTER, "attention") == 6 * (256 + 128 + 128 + 256)
    assert outputs(STARTER, "all-linear") == outputs(STARTER, "attention") + 6 * (688 + 688 + 256)


def test_the_attention_is_found_by_its_names_or_refused_in_words() -> None:
    assert attention_of(model_with("self_attn.q_proj", "self_attn.v_proj", "mlp.up_proj")) == [
        "q_proj", "v_proj",
    ]  # fmt: skip
    assert set(attention_of(model_with(*ATTENTION))) == set(ATTENTION)
    assert attention_of(model_with("attn.c_attn")) == ["c_attn"]
    with pytest.raises(StudioError) as caught:
        attention_of(model_with("mlp.up"))
    assert caught.value.code == "no_attention_layers"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", ["adalora", "vera", "oft", "lora"])
def test_joined_layers_learn_and_are_counted(key: str) -> None:
    """Phi-3 makes queries, keys and values in one layer, and gate and up in one."""
    from transformers import Phi3Config, Phi3ForCausalLM

    config = Phi3Config(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, pad_token_id=0, bos_token_id=1,
        eos_token_id=2,
    )  # fmt: skip
    model = Phi3ForCausalLM(config)
    count = sum(weight.numel() for weight in model.parameters())
    shape = STARTER.model_copy(update={
        "architecture": "Phi3ForCausalLM", "hidden": 32, "layers": 2, "heads": 4, "kv_heads": 2,
        "head_dim": 8, "ffn": 48, "vocab": 64, "parameters": count,
    })  # fmt: skip
    method = methods()[key]
    params = method.params(**({"block": 8} if key == "oft" else {"rank": 4}))
    made = method.attach(model, params, Attaching())
    learning = {n: w for n, w in made.named_parameters() if w.requires_grad}
    for layer in ("qkv_proj", "o_proj", "gate_up_proj", "down_proj"):
        assert any(f".{layer}." in name for name in learning), layer
    counted = sum(weight.numel() for weight in learning.values())
    assert counted == method.size(shape, params).trainable
