"""Three true steps on the longest rows, seen from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Failed, Finished, Saved, Step, Stopped, Validation
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.launch import send
from tests import models
from tests.nursery import Nursery


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    """Short rows, and a single long one in the middle."""
    rows = models.make_examples(45)
    rows[20] = Example(
        messages=[
            Message(role="user", content="Where is it? " * 6),
            Message(role="assistant", content="It sails. " * 8),
        ],
        source_row=20,
    )
    return models.tiny_dataset(tmp_path_factory.mktemp("uneven") / "d", examples=rows)


def make_job(folder: Path, tiny: Path, data: DatasetVersion, **training: object) -> JobFolder:
    plan = models.make_plan(tiny, data, training=training)
    return create_job(folder, "tryout", plan.name, plan.model_dump(mode="json"))


def of(job: JobFolder, kind: type) -> list:  # type: ignore[type-arg]
    return [event for event in models.events_of(job) if isinstance(event, kind)]


def test_three_steps_on_the_longest_rows_and_nothing_is_kept(
    tmp_path: Path, tiny: Path, uneven: DatasetVersion, nursery: Nursery
) -> None:
    job = make_job(tmp_path, tiny, uneven, batch_size=2, accumulation=3)
    assert nursery.run(job.path) == 0
    steps = of(job, Step)
    assert [s.step for s in steps] == [1, 2, 3]
    assert not of(job, Saved)
    assert not of(job, Validation)
    assert not list(job.checkpoints.glob("step-*"))
    assert not job.output.exists()
    (last,) = of(job, Finished)
    assert last.scores["longest"] > 60  # the long row; the others have about 40 tokens
    assert last.scores["tokens"] == 2 * 2 * last.scores["longest"]
    assert last.scores["step_seconds"] > 0
    assert last.taken is not None
    assert last.taken.ram > 10**8


def test_as_few_rows_as_there_are_are_taken_again(
    tmp_path: Path, tiny: Path, nursery: Nursery
) -> None:
    data = models.tiny_dataset(tmp_path / "few", train=3, validation=1)
    job = make_job(tmp_path / "jobs", tiny, data, batch_size=8)
    assert nursery.run(job.path) == 0
    assert [s.step for s in of(job, Step)] == [1, 2, 3]


def test_can_be_ended_before_the_first_step(
    tmp_path: Path, tiny: Path, uneven: DatasetVersion, nursery: Nursery
) -> None:
    job = make_job(tmp_path, tiny, uneven)
    send(job, Stop(keep=False))
    assert nursery.run(job.path) == 0
    assert of(job, Stopped)
    assert not of(job, Step)


def test_another_model_than_the_chosen_one_is_refused(
    tmp_path: Path, tiny: Path, uneven: DatasetVersion, nursery: Nursery
) -> None:
    plan = models.make_plan(tiny, uneven)
    plan.model.sha256 = "0" * 64
    job = create_job(tmp_path, "tryout", plan.name, plan.model_dump(mode="json"))
    assert nursery.run(job.path) == 1
    (failed,) = of(job, Failed)
    assert failed.code == "model_changed"
    assert not of(job, Step)
