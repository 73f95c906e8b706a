"""The output has only what is needed, and nothing broken gets that far."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from ftstudio.core.errors import StudioError
from ftstudio.worker.device import choose_device
from ftstudio.worker.model import load_tokenizer
from ftstudio.worker.output_folder import demand_finite, publish, stage_output, try_model
from tests import models

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def version(tmp_path: Path) -> Path:
    folder = tmp_path / "step-5"
    folder.mkdir()
    for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json",
                 "MANIFEST.json", "tokenizer.json", "chat_template.jinja"):  # fmt: skip
        (folder / name).write_text("{}")
    (folder / "config.json").write_text('{"dtype": "float32", "hidden_size": 4}')
    weights = {"a": torch.ones(2, 2), "n": torch.tensor([3])}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_leaves_the_trainers_files_behind(version: Path, tmp_path: Path) -> None:
    for name in ("value_head.safetensors", "round.safetensors", "learning_state.safetensors"):
        save_file({"a": torch.ones(1)}, version / name)
    staged = stage_output(version, tmp_path / ".output", "")
    assert {p.name for p in staged.iterdir()} == {
        "model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja",
    }  # fmt: skip
    assert (staged / "model.safetensors").read_bytes() == (
        version / "model.safetensors"
    ).read_bytes()
    publish(staged, tmp_path / "output")
    assert not staged.exists()
    assert (tmp_path / "output" / "config.json").exists()


def test_writes_a_whole_model_in_the_precision_of_its_base(version: Path, tmp_path: Path) -> None:
    staged = stage_output(version, tmp_path / ".output", "float16")
    weights = load_file(staged / "model.safetensors")
    assert weights["a"].dtype is torch.float16
    assert weights["n"].dtype is torch.int64
    assert json.loads((staged / "config.json").read_text())["dtype"] == "float16"


def test_broken_numbers_are_refused(version: Path, tmp_path: Path) -> None:
    save_file({"a": torch.tensor([1.0, float("nan")])}, version / "model.safetensors")
    with pytest.raises(StudioError) as told:
        stage_output(version, tmp_path / ".output", "")
    assert told.value.code == "not_a_number"


def test_a_weight_that_half_precision_can_not_hold_is_refused(
    version: Path, tmp_path: Path
) -> None:
    save_file({"a": torch.tensor([1e6])}, version / "model.safetensors")
    demand_finite(version)
    with pytest.raises(StudioError, match="no numbers"):
        stage_output(version, tmp_path / ".output", "float16")


def test_tries_a_model_that_gives_no_numbers(tmp_path: Path) -> None:
    folder = models.tiny_model(tmp_path / "model")
    tokenizer, cpu = load_tokenizer(folder), choose_device("cpu")
    assert try_model(tokenizer, folder, cpu, []) == []
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"].fill_(float("inf"))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(StudioError, match="Loaded again"):
        try_model(tokenizer, folder, cpu, [])
