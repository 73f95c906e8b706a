"""The choice of device says its reason."""

from __future__ import annotations

import pytest
import torch

from ftstudio.worker.device import choose_device


def test_the_cpu_computes_in_float32() -> None:
    device = choose_device("cpu")
    assert (device.kind, device.dtype) == ("cpu", "float32")
    assert "asked for" in device.reason
    assert device.torch_dtype is torch.float32


@pytest.mark.parametrize(("new", "dtype"), [(True, "bfloat16"), (False, "float16")])
def test_a_card_computes_in_half_precision(
    monkeypatch: pytest.MonkeyPatch, new: bool, dtype: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: "NVIDIA T4")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: new)
    device = choose_device()
    assert (device.kind, device.name, device.dtype) == ("cuda", "NVIDIA T4", dtype)
    assert dtype in device.reason


def test_no_card_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "No NVIDIA card" in choose_device().reason
