"""On a model that joins layers in one, as Phi-3 does, a paused run ends as an untouched one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from ftstudio.jobs.events import Finished, Paused
from ftstudio.jobs.folder import JobFolder
from tests import models
from tests.faults.conftest import what_came_of
from tests.nursery import Nursery

SETTINGS = {
    "lora": {"rank": 4},
    "adalora": {"rank": 4},
    "vera": {"rank": 4},
    "oft": {"block": 8},
}


@pytest.fixture(scope="module")
def make_joined(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., JobFolder]:
    """One more job on the same random Phi-3."""
    home = tmp_path_factory.mktemp("joined")
    model = models.joined_model(home / "model")
    dataset = models.tiny_dataset(home / "dataset")

    def job(**changes: object) -> JobFolder:
        return models.make_job(home / "jobs", models.make_plan(model, dataset, **changes))

    return job


@pytest.mark.parametrize("key", SETTINGS)
def test_a_paused_run_ends_as_an_untouched_one(
    make_joined: Callable[..., JobFolder], nursery: Nursery, key: str
) -> None:
    settings = {"method": key, "method_params": SETTINGS[key]}
    whole, parted = make_joined(**settings), make_joined(**settings)
    assert nursery.run(whole.path) == 0
    assert nursery.run(parted.path, "shutdown@7") == 0
    paused = models.events_of(parted)[-1]
    assert isinstance(paused, Paused)
    assert 0 < paused.step < 20
    assert nursery.run(parted.path) == 0
    assert isinstance(models.events_of(parted)[-1], Finished)
    assert what_came_of(parted) == what_came_of(whole)
    _demand_all_layers(whole.output)


def _demand_all_layers(output: Path) -> None:
    names = load_file(output / "adapter_model.safetensors")
    for layer in ("qkv_proj", "o_proj", "gate_up_proj", "down_proj"):
        assert any(f".{layer}." in name for name in names), layer
