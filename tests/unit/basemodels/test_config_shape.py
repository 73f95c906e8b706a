"""Counted from config.json, a model has exactly the weights that the library builds."""

from __future__ import annotations

from typing import Any

import pytest

from ftstudio.basemodels.config_shape import shape_of_config, shape_of_name
from ftstudio.basemodels.shape import NAMES

SMALL: dict[str, Any] = {
    "hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 2,
    "intermediate_size": 80, "vocab_size": 200, "max_position_embeddings": 64,
}  # fmt: skip
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {}, "mistral": {"head_dim": 16}, "phi3": {"pad_token_id": 0}, "granite": {},
    "qwen2": {"tie_word_embeddings": True}, "qwen3": {"head_dim": 16},
    "gemma": {"head_dim": 16}, "gemma2": {"head_dim": 16}, "gemma3_text": {"head_dim": 16},
    "olmo": {}, "olmo2": {}, "gpt_neox": {"num_key_value_heads": 6}, "starcoder2": {}, "phi": {},
    "smollm3": {"pad_token_id": 0}, "mixtral": {"num_local_experts": 4, "num_experts_per_tok": 2},
    "qwen3_moe": {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24,
                  "head_dim": 8},
    "qwen2_moe": {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24,
                  "shared_expert_intermediate_size": 40},
    "gpt2": {"n_embd": 48, "n_layer": 3, "n_head": 6, "n_inner": None, "n_positions": 64,
             "num_key_value_heads": 6, "intermediate_size": None},
}  # fmt: skip


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_count_is_that_of_the_library(kind: str) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = {"model_type": kind, **SMALL, **FAMILIES[kind]}
    config = {name: value for name, value in config.items() if value is not None}
    theirs = AutoConfig.for_model(**config)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(theirs)
    written = {**config, "tie_word_embeddings": theirs.tie_word_embeddings}
    shape, doubts = shape_of_config(written)
    assert doubts == []
    assert shape.architecture == type(model).__name__  # where the config names no class
    assert shape.parameters == sum(weight.numel() for weight in model.parameters())


def test_published_models_have_their_published_count() -> None:
    llama = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
        "intermediate_size": 14336, "vocab_size": 128256, "tie_word_embeddings": False,
        "max_position_embeddings": 131072, "torch_dtype": "bfloat16",
    }  # fmt: skip
    shape, doubts = shape_of_config(llama)
    assert (shape.parameters, doubts) == (8_030_261_248, [])
    assert shape.weight_bytes == 2 * shape.parameters
    qwen = {**llama, "model_type": "qwen3", "num_hidden_layers": 36, "intermediate_size": 12288,
            "vocab_size": 151936, "head_dim": 128}  # fmt: skip
    assert shape_of_config(qwen)[0].parameters == 8_190_735_360


def test_an_unknown_kind_is_taken_for_a_llama_and_says_so() -> None:
    shape, (doubt,) = shape_of_config({**SMALL, "model_type": "unheard_of"})
    assert "unheard_of" in doubt
    assert shape.parameters == shape_of_config({**SMALL, "model_type": "llama"})[0].parameters


@pytest.mark.parametrize("value", [None, "many", -5, 10**12, True, [], 0, 1.5])
@pytest.mark.parametrize("size", ["hidden", "layers", "heads", "vocab"])
def test_what_is_missing_or_absurd_is_zero_and_said(size: str, value: Any) -> None:
    config = {**SMALL, "model_type": "llama", NAMES[size][0]: value}
    shape, doubts = shape_of_config(config)
    assert shape.parameters == 0  # so that nobody takes it for a count
    assert any(NAMES[size][0] in doubt for doubt in doubts)


@pytest.mark.parametrize(
    "config",
    [{}, {"model_type": 7}, {"architectures": []}, {"quantization_config": "no"},
     {"text_config": "no"}, {"num_experts": 8, "mlp_only_layers": "no", **SMALL}],
)  # fmt: skip
def test_nothing_in_a_config_breaks_it(config: dict[str, Any]) -> None:
    shape, doubts = shape_of_config(config)
    assert shape.parameters >= 0
    assert doubts


def test_the_part_that_writes_of_a_model_that_also_sees() -> None:
    whole = {"model_type": "gemma3", "text_config": {**SMALL, "model_type": "gemma3_text"}}
    assert shape_of_config(whole)[0].hidden == 48


@pytest.mark.parametrize(
    ("name", "billions"),
    [("Qwen/Qwen3-8B", 8), ("meta-llama/Llama-3.2-1B-Instruct", 1), ("smol-135M", 0.135),
     ("org/thing-0.5b", 0.5), ("Mixtral-8x7B", 7)],
)  # fmt: skip
def test_a_name_often_tells_the_size(name: str, billions: float) -> None:
    shape = shape_of_name(name)
    if name.startswith("Mixtral"):  # several small ones: better no figure than a wrong one
        assert shape is None
        return
    assert shape is not None
    assert shape.parameters == billions * 1e9


@pytest.mark.parametrize("name", ["", "org/model", "gpt2", "v1.5", "b7", "9999999b", "0b"])
def test_other_names_tell_none(name: str) -> None:
    assert shape_of_name(name) is None
