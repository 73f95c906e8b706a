"""What reward models hold: their own weights, or those of a base and of an adapter to it."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from ftstudio.adapters import card, files
from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.plan import RewardChoice
from ftstudio.planning import judging
from ftstudio.planning.judging import base_of, judges_bytes
from tests import models


def adapter(folder: Path, base: Path) -> Path:
    folder.mkdir()
    wish = {"base_model_name_or_path": str(base)}
    (folder / "adapter_config.json").write_text(json.dumps(wish), "utf-8")
    save_file({"a": torch.zeros(8, 32), "b": torch.zeros(32, 8)},
              folder / "adapter_model.safetensors")  # fmt: skip
    return folder


def test_files_are_named_as_the_shelf_names_them() -> None:
    assert judging.CARD == card.CARD_FILE
    assert judging.ADAPTER_CONFIG == files.ADAPTER_CONFIG
    assert judging.ADAPTER_WEIGHTS == files.ADAPTER_WEIGHTS


def test_a_card_names_the_base_and_nonsense_names_nothing(tmp_path: Path) -> None:
    for text, base in (
        ('{"is_full_model": true, "base": {"path": "/elsewhere"}}', tmp_path),
        ('{"base": {"path": "/elsewhere"}}', Path("/elsewhere")),
        ("nonsense", tmp_path),
    ):
        (tmp_path / judging.CARD).write_text(text, "utf-8")
        assert base_of(tmp_path) == base


def test_rules_hold_nothing() -> None:
    assert judges_bytes([RewardChoice(key="length")], "cuda") == 0


def test_a_model_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert judges_bytes([RewardChoice(key="model", model=str(tmp_path / "gone"))], "cuda") == 0


def test_each_model_counts_in_the_type_of_the_device(tmp_path: Path) -> None:
    folder = models.tiny_model(tmp_path / "judge")
    count = find_model(folder).shape.parameters
    chosen = RewardChoice(key="model", model=str(folder))
    assert judges_bytes([chosen], "cuda") == 2 * count
    assert judges_bytes([chosen, chosen], "cpu") == 2 * 4 * count


def test_an_adapter_counts_beside_its_base(tmp_path: Path) -> None:
    base = models.tiny_model(tmp_path / "base")
    folder = adapter(tmp_path / "judge", base)
    shape = find_model(base).shape
    spoken = 0 if shape.tied else shape.vocab * shape.hidden
    chosen = RewardChoice(key="model", model=str(folder))
    assert base_of(folder) == base
    assert judges_bytes([chosen], "cuda") == 2 * (shape.parameters - spoken) + 4 * 2 * 8 * 32
