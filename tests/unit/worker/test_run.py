"""What a run knows of itself, and the last word it leaves behind."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Notice, Paused, Stopped
from ftstudio.jobs.launch import send
from ftstudio.techniques import methods, objectives
from ftstudio.worker.checkpoints import Checkpoints
from ftstudio.worker.device import choose_device
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.run import Run
from ftstudio.worker.wishes import Interrupted, Wishes
from tests import models


@pytest.fixture
def made(tmp_path: Path, tiny: Path, deliveries: DatasetVersion) -> Run:
    plan = models.make_plan(tiny, deliveries)
    return run_of(plan, tmp_path, deliveries)


def run_of(plan: Plan, folder: Path, dataset: DatasetVersion) -> Run:
    job = models.make_job(folder, plan)
    objective, method = objectives()[plan.objective], methods()[plan.method]
    reporter = Reporter(job)
    return Run(
        job, job.spec(), plan, reporter, Wishes(reporter), Checkpoints(job.checkpoints, "x"),
        choose_device("cpu"), None, objective, method, objective.params(),
        method.params(**plan.method_params), inspect_model(Path(plan.model.path)), dataset,
        psutil.Process().create_time(),
    )  # fmt: skip


def test_knows_its_rate_and_its_result(made: Run, tiny: Path, tmp_path: Path) -> None:
    assert made.learning_rate == 0.01  # as the plan says
    assert not made.whole
    assert made.facts.kind == "chat"
    silent = made.plan.model_copy(
        update={"training": made.plan.training.model_copy(update={"learning_rate": None})}
    )
    made.plan = silent
    assert made.learning_rate == made.method.learning_rate(made.info.shape)
    made.method, made.method_params = methods()["full"], methods()["full"].params()
    assert made.whole


def test_a_wish_to_stop_is_heard_before_the_next_phase(made: Run) -> None:
    send(made.folder, Stop(keep=False))
    with pytest.raises(Interrupted):
        made.phase("loading", "Loading")
    assert models.events_of(made.folder) == []


def test_the_last_word_says_how_it_ended(made: Run) -> None:
    made.wishes.ending, made.wishes.reason = "pause", "The disk is full."
    made.leave(step=3)
    made.wishes.ending = "discard"
    (made.folder.checkpoints / "step-1").mkdir(parents=True)
    made.leave(step=3)
    made.warn("Look.", "Because.", "Do.")
    paused, stopped, notice = models.events_of(made.folder)
    assert isinstance(paused, Paused)
    assert (paused.step, paused.reason) == (0, "The disk is full.")  # no version was whole
    assert isinstance(stopped, Stopped)
    assert (stopped.step, stopped.kept) == (3, False)
    assert not made.folder.checkpoints.exists()
    assert isinstance(notice, Notice)
    assert (notice.level, notice.remedy) == ("warning", "Do.")
