"""What a run took: the process's memory anywhere, the card's where there is one."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import torch

from ftstudio.jobs.events import Finished
from ftstudio.planning.measured import has_estimate
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.worker import taking, train
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.taking import Meter, context_of, peak_ram
from ftstudio.worker.wishes import Wishes
from tests import models
from tests.unit.worker.test_run import run_of

MIB = 2**20


def test_without_a_card_only_the_process_is_told() -> None:
    taken = Meter().read()
    assert taken.ram >= psutil.Process().memory_info().rss // 2
    assert (taken.card, taken.reserved, taken.context, taken.watts) == ("", 0, 0, 0)


def test_memory_only_ever_rises() -> None:
    before = peak_ram()
    block = bytearray(before + 64 * MIB - psutil.Process().memory_info().rss)
    block[::4096] = b"x" * len(block[::4096])
    assert peak_ram() >= before + 32 * MIB


def test_a_card_tells_peaks_context_and_power(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    clock = iter([50.0, 250.0])
    properties = SimpleNamespace(name="NVIDIA T4", total_memory=16 * 2**30, uuid="1-2")
    for name, value in {
        "is_available": True, "is_initialized": True, "get_device_properties": properties,
        "max_memory_allocated": 900 * MIB, "max_memory_reserved": 1_000 * MIB,
        "memory_reserved": 600 * MIB,
    }.items():  # fmt: skip
        monkeypatch.setattr(
            torch.cuda, name, lambda *rest, name=name, value=value: asked.append(name) or value
        )
    monkeypatch.setattr(taking, "handle_of", lambda uuid: f"card {uuid}")
    monkeypatch.setattr(taking, "held_by", lambda card, pid: 741 * MIB)
    monkeypatch.setattr(taking, "in_use", lambda card: 0)
    monkeypatch.setattr(taking, "joules", lambda card: 31_000.0)
    monkeypatch.setattr(taking, "readings", lambda: {"GPU-1-2": (77 * MIB, 1_000.0)})
    monkeypatch.setattr(taking.time, "monotonic", lambda: next(clock))
    meter = Meter()
    assert asked == []  # torch's first word to a card may take memory of it
    taken = meter.read()
    assert (taken.card, taken.card_bytes) == ("NVIDIA T4", 16 * 2**30)
    assert (taken.allocated, taken.reserved) == (900 * MIB, 1_000 * MIB)
    assert taken.context == 141 * MIB  # of what is held now, not of the peak
    assert (taken.watts, taken.seconds) == (150.0, 200.0)


def test_the_driver_is_asked_before_torch(
    tmp_path: Any, tiny: Any, deliveries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    choose = train.choose_device
    monkeypatch.setattr(taking, "readings", lambda: order.append("driver") or {})
    monkeypatch.setattr(train, "choose_device", lambda w: order.append("torch") or choose("cpu"))
    job = models.make_job(tmp_path, models.make_plan(tiny, deliveries))
    reporter = Reporter(job)
    train.check(job, reporter, Wishes(reporter))
    assert order == ["driver", "torch"]


def test_where_the_driver_hides_processes_the_growth_is_the_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "held_by", lambda card, pid: 0)
    monkeypatch.setattr(taking, "in_use", lambda card: 1_000 * MIB)
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: 600 * MIB)
    assert taking._context("card", 250 * MIB) == 150 * MIB


@pytest.mark.parametrize(
    ("held", "context"), [(0, 0), (605 * MIB, 0), (741 * MIB, 141 * MIB), (6_000 * MIB, 0)]
)
def test_another_programs_memory_is_no_context(held: int, context: int) -> None:
    assert context_of(held, 600 * MIB) == context


def test_a_forecast_that_fails_is_no_reason_not_to_train(
    tmp_path: Any, tiny: Any, deliveries: Any, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    job = run_of(models.make_plan(tiny, deliveries), tmp_path, deliveries)
    job.train = SimpleNamespace(longest=40)  # type: ignore[assignment]
    monkeypatch.setattr(train, "foretold", lambda *rest: 1 // 0)
    train.keep_forecast(job)
    assert "no forecast" in caplog.text
    assert not has_estimate(job.folder)
    monkeypatch.undo()
    train.keep_forecast(job)
    assert has_estimate(job.folder)


def test_a_finished_run_tells_what_it_took(tmp_path: Any, tiny: Any, deliveries: Any) -> None:
    job = models.make_job(tmp_path, models.make_plan(tiny, deliveries))
    assert models.run_worker(job) == 0
    end = models.events_of(job)[-1]
    assert isinstance(end, Finished)
    assert end.taken is not None
    assert end.taken.ram > 100 * MIB
    kept = json.loads((job.path / "estimate.json").read_text())
    assert MemoryEstimate.load(kept).peak > 0  # beside it, what was foretold of the same rows
