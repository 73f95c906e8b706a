"""The card says what a GPTQ base needs; what is counted is what its files hold.

The package itself is not installed here (it declares a newer torch), so no GPTQ model is opened.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.method import Attaching
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not
from ftstudio.techniques.methods import lora_gptq
from ftstudio.techniques.methods.lora_gptq import LORA_GPTQ, LoraGptqParams
from tests import models
from tests.shapes import QWEN_8B

pytestmark = pytest.mark.filterwarnings("ignore")
GPTQ = QWEN_8B.model_copy(
    update={"compression": "gptq", "dtype": "float16", "weight_bytes": 6_100_000_000}
)
SFT = objectives()["instruct"]


@pytest.fixture
def installed(monkeypatch: Any) -> None:
    real = importlib.util.find_spec
    known = (*lora_gptq.PACKAGES,)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: object() if name in known else real(name)
    )


def test_what_is_missing_is_said_with_a_way_out(monkeypatch: Any) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    said = why_not(SFT, LORA_GPTQ, GPTQ)
    assert said
    for word in ("gptqmodel", "optimum", "pip install", "QLoRA"):
        assert word in said


@pytest.mark.usefixtures("installed")
def test_only_this_method_takes_a_gptq_base_and_no_other() -> None:
    assert why_not(SFT, LORA_GPTQ, GPTQ) is None
    assert "GPTQ already" in str(why_not(SFT, LORA_GPTQ, QWEN_8B))
    others = [method for method in methods().values() if method is not LORA_GPTQ]
    for method in others:
        assert LORA_GPTQ.title in str(why_not(SFT, method, GPTQ)), method.key


def test_counts_the_base_as_its_files_hold_it() -> None:
    counted = LORA_GPTQ.size(GPTQ, LoraGptqParams())
    assert counted.base_bytes_per_weight == pytest.approx(6.1e9 / GPTQ.parameters)
    plain = methods()["lora"]
    assert counted.trainable == plain.size(QWEN_8B, plain.params()).trainable


def test_the_processor_gets_a_kernel_that_can_learn() -> None:
    assert LORA_GPTQ.quantize
    assert LORA_GPTQ.quantize(LoraGptqParams(), "cpu").backend == "gptq_torch"
    assert LORA_GPTQ.quantize(LoraGptqParams(), "cuda").backend == "auto_trainable"


def test_the_adapter_itself_is_loras(tmp_path: Path) -> None:
    from ftstudio.worker.device import choose_device
    from ftstudio.worker.model import load_model

    base = load_model(models.tiny_model(tmp_path / "model"), choose_device("cpu"))
    model = LORA_GPTQ.attach(base, LoraGptqParams(rank=2), Attaching())
    learning = {name for name, w in model.named_parameters() if w.requires_grad}
    assert learning
    assert all("lora_" in name for name in learning)


def test_the_worker_names_the_package_too(tmp_path: Path) -> None:
    import json

    from ftstudio.worker.device import choose_device
    from ftstudio.worker.model import load_model

    if importlib.util.find_spec("gptqmodel"):
        pytest.skip("gptqmodel is installed")
    folder = models.tiny_model(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config["quantization_config"] = {"quant_method": "gptq", "bits": 4}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(StudioError, match="gptq"):
        load_model(folder, choose_device("cpu"))
