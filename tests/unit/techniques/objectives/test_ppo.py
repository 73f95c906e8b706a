"""PPO as a goal: true runs of the worker on the tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.plan import RewardChoice
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.events import Failed, Step
from ftstudio.techniques.objectives.ppo import PPO
from tests import models, scored
from tests.nursery import Nursery


@pytest.mark.parametrize("method", ["lora", "full"])
def test_it_trains(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery, method: str
) -> None:
    how = {"method": method, "method_params": {}}
    job = scored.make_run(tmp_path / "jobs", tiny, deliveries, "ppo", **how)
    scored.check_run(job, nursery)
    steps = scored.of(job, Step)
    assert all("clipped" in step.metrics for step in steps)
    assert steps[-1].metrics["kl"] > 0


def test_a_killed_run_goes_on_exactly(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery
) -> None:
    params = {"kl_control": "adaptive", "kl_target": 0.1, "whiten_rewards": True}
    whole, cut = (
        scored.make_run(tmp_path / name, tiny, deliveries, "ppo", params=params)
        for name in ("whole", "cut")
    )
    scored.check_goes_on_exactly(whole, cut, nursery, at=4)


def test_without_a_reward_nothing_starts(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery
) -> None:
    job = scored.make_run(tmp_path / "jobs", tiny, deliveries, "ppo", rewards=[])
    assert nursery.run(job.path) != 0
    last = models.events_of(job)[-1]
    assert isinstance(last, Failed)
    assert last.code == "no_reward"
    assert last.remedy


def test_nothing_is_compared_with_answers_that_are_not_there(
    tmp_path: Path, tiny: Path, nursery: Nursery
) -> None:
    asked = [e.model_copy(update={"messages": e.messages[:1]}) for e in models.make_examples(12)]
    bare = models.tiny_dataset(tmp_path / "bare", validation=2, examples=asked)
    compare = [RewardChoice(key="matches_reference")]
    job = scored.make_run(tmp_path / "jobs", tiny, bare, "ppo", rewards=compare)
    assert nursery.run(job.path) != 0
    last = models.events_of(job)[-1]
    assert isinstance(last, Failed)
    assert last.code == "no_reference"


def test_defaults_name_their_sources() -> None:
    wanted = {"kl_weight", "passes", "clip", "trace", "value_rate", "learning_rate"}
    assert wanted <= PPO.sources.keys()
    assert PPO.wants_rewards
    assert PPO.generates
    assert PPO.reference
