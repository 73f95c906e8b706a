"""Faults happen at their step and at no other, and never unasked."""

from __future__ import annotations

import pytest
import torch

from ftstudio.worker import faults


def wish(monkeypatch: pytest.MonkeyPatch, kind: str, step: int) -> None:
    monkeypatch.setattr(faults, "KIND", kind)
    monkeypatch.setattr(faults, "STEP", step)


def test_the_wish_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults.KIND == ""
    monkeypatch.setenv("FTSTUDIO_FAULT", "oom@12")
    assert faults._wish() == ("oom", 12)
    monkeypatch.setenv("FTSTUDIO_FAULT", "")
    assert faults._wish() == ("", -1)


def test_happens_at_its_step_only(monkeypatch: pytest.MonkeyPatch) -> None:
    model = torch.nn.Linear(2, 2)
    wish(monkeypatch, "nan", 3)
    faults.before_step(2, model)
    assert bool(torch.isfinite(model.weight).all())
    faults.before_step(3, model)
    assert bool(torch.isnan(model.weight).all())
    wish(monkeypatch, "oom", 3)
    with pytest.raises(torch.OutOfMemoryError):
        faults.before_step(3, model)
    wish(monkeypatch, "disk_full", 5)
    faults.while_saving(4)
    with pytest.raises(OSError, match="No space"):
        faults.while_saving(5)
