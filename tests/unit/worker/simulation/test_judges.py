"""What scores the answers of a rehearsal, where a plan names rules, a model, or nothing yet."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode

from ftstudio.core.plan import DatasetRef, ModelRef, Plan, RewardChoice
from ftstudio.core.reward import Answered
from ftstudio.techniques import objectives
from ftstudio.worker.device import Device
from ftstudio.worker.simulation.judges import scorer_of
from ftstudio.worker.simulation.stand_ins import as_if_real
from ftstudio.worker.simulation.values import KnownValues
from tests import models

CPU = Device("cpu", "CPU", "float32", "")


def plan(*rewards: RewardChoice) -> Plan:
    return Plan(
        name="x", dataset=DatasetRef(id="", path="", name=""),
        model=ModelRef(path="", name="", sha256=""), rewards=list(rewards),
    )  # fmt: skip


def test_only_where_answers_are_scored() -> None:
    assert scorer_of(plan(), objectives()["instruct"], CPU, content=False) is None


def test_without_a_reward_any_rule_will_do() -> None:
    scorer = scorer_of(plan(), objectives()["grpo"], CPU, content=False)
    assert scorer is not None
    assert len(scorer([Answered("?", "yes", "", ())])) == 1


def test_a_reward_model_is_made_by_its_config(tmp_path: Path) -> None:
    folder = models.tiny_model(tmp_path / "judge")
    chosen = RewardChoice(key="model", model=str(folder))
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        scorer = scorer_of(plan(chosen), objectives()["ppo"], CPU, content=False)
        assert scorer is not None
        (judge,) = scorer._judges
        assert all(isinstance(weight, FakeTensor) for weight in judge.model.parameters())
        assert len(scorer([Answered("one?", "yes", "", ())])) == 1


def test_what_an_adapter_holds_beside_its_base_counts(tmp_path: Path) -> None:
    base = models.tiny_model(tmp_path / "base")
    folder = tmp_path / "judge"
    folder.mkdir()
    wish = {"base_model_name_or_path": str(base)}
    (folder / "adapter_config.json").write_text(json.dumps(wish), "utf-8")
    halves = {"a": torch.zeros(8, 32), "b": torch.zeros(32, 8, dtype=torch.bfloat16)}
    save_file(halves, folder / "adapter_model.safetensors")
    chosen = RewardChoice(key="model", model=str(folder))
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        scorer = scorer_of(plan(chosen), objectives()["ppo"], CPU, content=False)
        assert scorer is not None
        (judge,) = scorer._judges
        beside = list(judge.model.beside)
    assert [(tuple(one.shape), one.dtype) for one in beside] == [
        ((8, 32), torch.float32), ((32, 8), torch.float32),
    ]  # fmt: skip
