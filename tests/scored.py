"""Short runs of goals that learn from scored answers, on the tiny model."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest
from safetensors.torch import load_file

from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.events import Event, Failed, Finished, Ready, Step, Validation
from ftstudio.jobs.folder import JobFolder
from tests import models
from tests.nursery import Nursery

E = TypeVar("E", bound=Event)

REWARDS: list[dict[str, Any]] = [
    {"key": "contains", "params": {"text": "a", "whole_words": False}},
    {"key": "length_between", "params": {"least": 1, "most": 3}, "weight": 0.5},
]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.tiny_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    return models.tiny_dataset(tmp_path_factory.mktemp("deliveries") / "dataset")


def make_run(
    jobs: Path, tiny: Path, dataset: DatasetVersion, objective: str, **changes: Any
) -> JobFolder:
    """Five steps of eight answers each; answers of at most eight tokens."""
    training = {
        "accumulation": 2, "epochs": 1, "sample_questions": 0, "checks_per_epoch": 2,
        **changes.pop("training", {}),
    }  # fmt: skip
    params = {"answer_tokens": 8, **changes.pop("params", {})}
    plan = models.make_plan(
        tiny, dataset, objective=objective, objective_params=params,
        rewards=changes.pop("rewards", REWARDS), training=training, **changes,
    )  # fmt: skip
    return models.make_job(jobs, plan)


def of(job: JobFolder, kind: type[E]) -> list[E]:
    return [event for event in models.events_of(job) if isinstance(event, kind)]


def check_run(job: JobFolder, nursery: Nursery) -> None:
    """It ends well, agrees with its plan on the steps, and tells all that is watched."""
    assert nursery.run(job.path) == 0, (of(job, Failed), job.log.read_text()[-3000:])
    (ready,), (last,) = of(job, Ready), of(job, Finished)
    steps, looks = of(job, Step), of(job, Validation)
    assert [step.step for step in steps] == list(range(1, ready.total_steps + 1))
    assert last.step == ready.total_steps
    watched = {
        "reward", "kl", "entropy", "length", "unended", "parts/contains", "parts/length_between",
    }  # fmt: skip
    assert all(watched <= step.metrics.keys() for step in steps), steps[0]
    assert all(watched <= look.metrics.keys() for look in looks), looks[0]
    assert looks[0].step == 0
    assert looks[0].metrics["kl"] < 1e-6  # the untouched model is its own reference
    assert all(look.loss == -look.metrics["reward"] for look in looks)
    for step in steps:
        both = step.metrics["parts/contains"] + 0.5 * step.metrics["parts/length_between"]
        assert abs(step.metrics["reward"] - both) < 1e-5
    best = max(looks[1:], key=lambda look: look.metrics["reward"])
    assert last.best_step == best.step  # the first of equals
    assert not list(job.output.glob("value_head*"))
    assert not list(job.output.glob("round*"))
    assert not list(job.output.glob("*/"))


def check_goes_on_exactly(whole: JobFolder, cut: JobFolder, nursery: Nursery, at: int) -> None:
    """Killed in step `at` and started again, it comes to the same weights and figures."""
    assert nursery.run(whole.path) == 0, whole.log.read_text()[-3000:]
    assert nursery.run(cut.path, fault=f"kill@{at}") != 0
    assert nursery.run(cut.path) == 0, cut.log.read_text()[-3000:]
    assert difference(whole, cut) == 0.0
    figures = [{(s.step, s.loss): s.metrics for s in of(job, Step)} for job in (whole, cut)]
    assert figures[0] == figures[1]


def difference(one: JobFolder, other: JobFolder) -> float:
    """Between the last versions of two runs, over all weights, the value head's too."""
    last = max(of(one, Step), key=lambda step: step.step).step
    worst = 0.0
    files = sorted((one.checkpoints / f"step-{last}").glob("*.safetensors"))
    assert files
    for path in files:
        mine = load_file(str(path))
        theirs = load_file(str(other.checkpoints / f"step-{last}" / path.name))
        assert mine.keys() == theirs.keys()
        for name, weight in mine.items():
            worst = max(worst, float((weight.double() - theirs[name].double()).abs().max()))
    return worst
