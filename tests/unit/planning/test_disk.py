from dataclasses import replace

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning import disk
from ftstudio.planning.disk import demand_room, estimate_disk, free_bytes
from ftstudio.techniques import methods
from tests.shapes import QWEN_8B


def made(tmp_path, method, **training):
    chosen = methods()[method]
    settings = TrainingSettings(**training)
    return estimate_disk(QWEN_8B, chosen, chosen.params(), settings, tmp_path)


def test_full_needs_room_for_whole_models(tmp_path):
    full, lora = made(tmp_path, "full"), made(tmp_path, "lora")
    assert full.stays == 4 * QWEN_8B.parameters
    assert full.needed > 4 * full.stays
    assert lora.needed < full.needed / 20


def test_small_optimizer_states_make_small_checkpoints(tmp_path):
    assert made(tmp_path, "full", optimizer="adamw_8bit").needed < made(tmp_path, "full").needed


def test_free_of_a_folder_that_is_not_there_yet(tmp_path):
    assert free_bytes(tmp_path / "a" / "b") == free_bytes(tmp_path) > 0


def test_what_it_may_become_later(tmp_path):
    lora, full = made(tmp_path, "lora"), made(tmp_path, "full")
    assert QWEN_8B.weight_bytes < lora.merged < 1.01 * QWEN_8B.weight_bytes
    assert lora.export == lora.merged
    assert (full.merged, full.export) == (0, full.stays)
    assert replace(lora, free=lora.needed + 10**9).fits


def test_a_start_without_room_is_refused_in_figures(tmp_path, monkeypatch):
    plan = Plan(
        name="Desk", dataset=DatasetRef(id="d", path="d", name="d"),
        model=ModelRef(path="m", name="m", sha256="0"), method="full",
    )  # fmt: skip
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 50 * 10**9)
    with pytest.raises(StudioError) as caught:
        demand_room(plan, QWEN_8B, tmp_path)
    assert caught.value.code == "disk"
    assert "50.0 GB" in caught.value.what
    assert "GB" in caught.value.what.partition(";")[0]
    demand_room(plan.model_copy(update={"method": "lora"}), QWEN_8B, tmp_path)
