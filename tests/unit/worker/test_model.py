"""Only plain models in safetensors are loaded, whatever else lies in the folder or its config."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import BloomForCausalLM, LlamaForCausalLM

from ftstudio.core.errors import StudioError
from ftstudio.worker.device import choose_device
from ftstudio.worker.model import demand_flash, load_model, load_tokenizer
from tests import models

pytestmark = pytest.mark.filterwarnings("ignore")
CPU = choose_device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return models.tiny_model(tmp_path / "model")


def change(folder: Path, **changes: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def refusal(folder: Path) -> StudioError:
    with pytest.raises(StudioError) as told:
        load_model(folder, CPU)
    return told.value


def test_loads_in_the_device_precision_or_the_wanted_one(folder: Path) -> None:
    change(folder, dtype="float16")
    assert load_model(folder, CPU).dtype is torch.float32
    assert load_model(folder, CPU, "bfloat16").dtype is torch.bfloat16


def test_foreign_kernels_and_code_in_the_config_are_ignored(folder: Path) -> None:
    (folder / "evil.py").write_text("raise SystemExit('ran')")
    change(
        folder,
        _attn_implementation="evil/kernel",
        _attn_implementation_internal="evil/kernel",
        auto_map={"AutoModelForCausalLM": "evil.Model"},
    )
    model = load_model(folder, CPU)
    assert type(model).__name__ == "LlamaForCausalLM"
    assert model.config._attn_implementation == "sdpa"


def test_other_weight_files_are_refused(folder: Path) -> None:
    torch.save({}, folder / "pytorch_model.bin")
    assert type(load_model(folder, CPU)).__name__ == "LlamaForCausalLM"
    (folder / "model.safetensors").unlink()
    assert refusal(folder).code == "model_not_safetensors"
    (folder / "config.json").unlink()
    assert refusal(folder).code == "model_missing"


def test_unknown_compressed_and_damaged_models_are_told_apart(folder: Path) -> None:
    change(folder, model_type="mystery")
    assert refusal(folder).code == "model_unknown"
    change(folder, model_type="vit")  # known, but no language model
    assert refusal(folder).code == "model_unknown"
    change(folder, model_type="llama", quantization_config={"quant_method": "gptq"})
    assert refusal(folder).code == "model_quantised"
    change(folder, quantization_config={"quant_method": "awq"})
    assert refusal(folder).code == "model_quantised"
    config = json.loads((folder / "config.json").read_text())
    del config["quantization_config"]
    (folder / "config.json").write_text(json.dumps(config))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-50])
    assert refusal(folder).code == "model_unreadable"


def test_a_broken_config_is_told(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "ll')
    assert refusal(folder).code == "model_unreadable"


def test_padding_is_never_the_end_token_where_another_serves(tmp_path: Path) -> None:
    own = load_tokenizer(models.tiny_model(tmp_path / "own"))
    assert own.pad_token == "<pad>"
    none = load_tokenizer(models.tiny_model(tmp_path / "none", pad=None))
    assert none.pad_token == "<pad>"  # found by its name
    same = load_tokenizer(models.tiny_model(tmp_path / "same", pad="</s>"))
    assert same.pad_token == "</s>"  # the model's own choice; labels don't depend on it


def test_a_tokenizer_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(StudioError) as told:
        load_tokenizer(folder)
    assert told.value.code == "model_unreadable"


def test_attention_is_computed_as_wanted(folder: Path) -> None:
    for wanted, taken in (("automatic", "sdpa"), ("sdpa", "sdpa"), ("eager", "eager")):
        assert load_model(folder, CPU, attention=wanted).config._attn_implementation == taken


def test_a_model_without_a_faster_way_is_written_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.LlamaForCausalLM._supports_sdpa", False)
    assert load_model(folder, CPU).config._attn_implementation == "eager"


def test_flash_is_refused_where_it_can_not_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StudioError) as told:
        load_model(folder, CPU, attention="flash")
    assert (told.value.code, "card only" in told.value.why) == ("no_flash_attention", True)
    for capability, why in (((7, 5), "Ampere"), ((9, 0), "not installed")):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_, c=capability: c)
        with pytest.raises(StudioError) as told:
            demand_flash(LlamaForCausalLM, "cuda")
        assert why in told.value.why
    with pytest.raises(StudioError, match="FlashAttention"):
        demand_flash(BloomForCausalLM, "cuda")
