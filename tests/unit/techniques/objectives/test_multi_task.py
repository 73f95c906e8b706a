"""Several datasets are learned together, and each is looked at by itself."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from ftstudio.core.example import Example
from ftstudio.core.plan import DatasetRef
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.events import Finished, Ready, Sample, Validation
from ftstudio.jobs.folder import JobFolder
from ftstudio.techniques.objectives.multi_task import MULTI_TASK
from tests import models, trainers
from tests.nursery import Nursery


def other(count: int) -> list[Example]:
    """The second task: the same things, answered quite otherwise."""
    found = []
    for one in models.make_examples(count, seed=9):
        question, answer = (m.model_copy() for m in one.messages)
        question.content = f"Summarise: {question.content}"
        answer.content = "A delivery is asked for."
        found.append(one.model_copy(update={"messages": [question, answer]}))
    return found


def more(version: DatasetVersion, **rest: object) -> dict[str, object]:
    ref = DatasetRef(id=version.id, path=str(version.path), name=version.name)
    return {"dataset": ref.model_dump(), **rest}


def job_of(tmp_path: Path, name: str, **changes: object) -> JobFolder:
    first = tmp_path / "first"
    second = tmp_path / "second"
    if not first.exists():
        models.tiny_model(tmp_path / "model")
        models.tiny_dataset(first, 40, 6)
        models.tiny_dataset(second, examples=other(14), validation=4)
    from ftstudio.data.versions.library import load_version

    plan = models.make_plan(
        tmp_path / "model", load_version(first), objective="multi_task",
        **{"more_data": [more(load_version(second), task="calls")], **changes},
    )  # fmt: skip
    return models.make_job(tmp_path / name, plan)


def test_both_tasks_are_learned_and_told_apart_through_the_worker(
    tmp_path: Path, nursery: Nursery
) -> None:
    job = job_of(tmp_path, "jobs", training={"epochs": 4})
    assert nursery.run(job.path) == 0, job.log.read_text()
    events = models.events_of(job)
    ready = next(e for e in events if isinstance(e, Ready))
    assert ready.train_rows == 40 + 20  # 10 by the root of 10 to 40: each comes twice
    assert ready.validation_rows == 10
    looks = [e for e in events if isinstance(e, Validation)]
    for look in looks:
        assert set(look.metrics) == {"task/Deliveries", "task/calls"}
        assert look.loss == pytest.approx(fmean(look.metrics.values()))
    for task in looks[0].metrics:
        assert looks[-1].metrics[task] < 0.8 * looks[0].metrics[task]
    asked = {e.question for e in events if isinstance(e, Sample)}
    assert any(question.startswith("Summarise") for question in asked)
    assert any(not question.startswith("Summarise") for question in asked)
    assert isinstance(events[-1], Finished)


def test_a_run_that_was_cut_off_goes_on_to_the_same_weights(
    tmp_path: Path, nursery: Nursery
) -> None:
    whole, cut = (job_of(tmp_path, name, objective_params={"tag": "prefix"}) for name in "ab")
    assert nursery.run(whole.path) == 0, whole.log.read_text()
    assert nursery.run(cut.path, "kill@12") != 0
    assert nursery.run(cut.path) == 0, cut.log.read_text()
    assert models.weights_sum(whole.output) == models.weights_sum(cut.output)


def test_one_dataset_alone_and_a_damaged_one_are_refused_in_words(
    tmp_path: Path, nursery: Nursery
) -> None:
    alone = job_of(tmp_path, "alone", more_data=[])
    assert nursery.run(alone.path) == 1
    assert getattr(models.events_of(alone)[-1], "code", "") == "one_task_only"
    job = job_of(tmp_path, "damaged")
    file = tmp_path / "second" / "train.parquet"
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-9] + b"damaged!!")
    assert nursery.run(job.path) == 1
    assert "dataset" in getattr(models.events_of(job)[-1], "code", "")


def test_several_passes_per_step_equal_the_large_batch(tmp_path: Path) -> None:
    model = models.tiny_model(tmp_path / "model")
    rows = models.make_examples(8)
    assert trainers.same_step(MULTI_TASK, model, rows, tmp_path) < 1e-4
