"""Adapters are attached from safetensors only, and only where they fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.worker.attaching import attach_adapter
from ftstudio.worker.device import Device
from ftstudio.worker.model import load_model
from tests.tiny_llama import make_adapter, make_tiny_llama

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.*:FutureWarning")
CPU = Device("cpu", "CPU", "float32", "")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return make_tiny_llama(tmp_path / "base")


def test_a_fitting_adapter_is_attached(base: Path, tmp_path: Path) -> None:
    adapter = make_adapter(tmp_path / "adapter", base)
    assert attach_adapter(load_model(base, CPU), adapter).active_adapter == "default"


def test_a_pickle_is_never_opened(base: Path, tmp_path: Path) -> None:
    adapter = make_adapter(tmp_path / "adapter", base)
    (adapter / "adapter_model.safetensors").rename(adapter / "adapter_model.bin")
    with pytest.raises(StudioError) as error:
        attach_adapter(load_model(base, CPU), adapter)
    assert error.value.code == "weights_damaged"


def test_layers_that_do_not_exist_are_noticed(base: Path, tmp_path: Path) -> None:
    adapter = make_adapter(tmp_path / "adapter", base)
    config = adapter / "adapter_config.json"
    config.write_text(config.read_text().replace('"r": 4', '"r": 8'))
    with pytest.raises(StudioError) as error:
        attach_adapter(load_model(base, CPU), adapter)
    assert error.value.code == "adapter_does_not_fit"
