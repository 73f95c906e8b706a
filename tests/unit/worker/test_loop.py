"""When it looks, how it judges, and that it counts steps as the trainer does."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ftstudio.core.objective import Measure
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.worker import loop
from ftstudio.worker.loop import Clock, look_steps, measure, steps_per_epoch, total_steps


@pytest.mark.parametrize(
    ("rows", "batch", "gather", "epochs", "per_epoch", "total"),
    [
        (40, 4, 1, 2, 10, 20),
        (41, 4, 1, 2, 11, 22),
        (41, 4, 2, 2, 6, 12),
        (3, 8, 4, 1, 1, 1),
        (100, 8, 1, 0.5, 13, 7),
    ],
)
def test_counts_steps(
    rows: int, batch: int, gather: int, epochs: float, per_epoch: int, total: int
) -> None:
    settings = TrainingSettings(batch_size=batch, accumulation=gather, epochs=epochs)
    assert steps_per_epoch(rows, settings) == per_epoch
    assert total_steps(rows, settings) == total


@pytest.mark.parametrize(
    ("rows", "epochs", "checks", "looks"),
    [
        (80, 2, 2, {5, 10, 15, 20}),
        (80, 1.5, 2, {5, 10, 15}),
        (80, 1.2, 2, {5, 10, 12}),
        (8, 3, 50, {1, 2, 3}),
        (80, 0.1, 1, {1}),
        (72, 1, 4, {2, 4, 7, 9}),
    ],
)
def test_looks_evenly_and_always_at_the_end(
    rows: int, epochs: float, checks: int, looks: set[int]
) -> None:
    settings = TrainingSettings(batch_size=8, epochs=epochs, checks_per_epoch=checks)
    assert look_steps(rows, settings) == looks
    assert math.ceil(epochs * math.ceil(rows / 8)) in looks


def test_writes_its_own_cost(tmp_path: Path) -> None:
    clock = Clock(steps=100, own=0.02, step=10.0)
    clock.write(tmp_path / "timing.json", 7.5)
    assert json.loads((tmp_path / "timing.json").read_text()) == {
        "steps": 100, "own_ms_per_step": 0.2, "step_ms": 100.0, "own_share": 0.002,
        "start_to_first_step_seconds": 7.5,
    }  # fmt: skip


def test_a_family_of_figures_is_kept_by_their_own_names():
    family = Measure("task/", "By task", "loss per task", ("task/",), family=True)
    logs = {"eval_loss": 1.0, "eval_task/mail": 2.0, "eval_task/calls": 3.0, "task/no": 9.0}
    assert measure((family,), logs, "eval_") == {"task/mail": 2.0, "task/calls": 3.0}
    assert measure((family,), {"task/a": float("nan"), "task/b": 1.0}) == {"task/b": 1.0}


def test_a_look_asks_as_many_at_once_as_a_step_reads_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def answers(_model: Any, _tokenizer: Any, questions: list[Any], at_once: int) -> list[str]:
        asked.append(at_once)
        return []

    monkeypatch.setattr(loop, "answers", answers)
    settings = TrainingSettings(batch_size=2, sample_questions=4)
    around = SimpleNamespace(
        settings=settings, measures=(), beside=None, questions=[None] * 4, tokenizer=None,
        reporter=SimpleNamespace(say=lambda event: None),
    )  # fmt: skip
    hooks = SimpleNamespace(loop=around, _looked={}, _judge=lambda *given: True)
    look: Any = loop.LoopCallback.on_evaluate
    look(hooks, None, SimpleNamespace(global_step=0), None, {"eval_loss": 1.0}, model=None)
    assert asked == [2]
