"""A run finds its data and its model again after its workspace was moved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ftstudio.adapters.card import AdapterCard, write_card
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import ModelRef, Plan, RewardChoice
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import set_places
from ftstudio.worker.homing import at_home
from tests import models


@pytest.fixture
def made(tmp_path: Path, tiny: Path, deliveries: DatasetVersion) -> tuple[Workspace, JobFolder]:
    """A workspace whose model and dataset lie in it, and a run on them."""
    old = Workspace(tmp_path / "old").create()
    shutil.copytree(tiny, old.models / "tiny")
    shutil.copytree(deliveries.path, old.datasets / deliveries.id)
    plan = models.make_plan(old.models / "tiny", deliveries)
    dataset = plan.dataset.model_copy(update={"path": str(old.datasets / deliveries.id)})
    plan = plan.model_copy(update={"dataset": dataset})
    return old, models.make_job(old.jobs, plan, old.root)


def homed(job: JobFolder) -> Plan:
    spec = job.spec()
    return at_home(job, spec, Plan.model_validate(spec.payload))


def test_where_it_was_made_the_plan_holds(made: tuple[Workspace, JobFolder]) -> None:
    _, job = made
    assert homed(job) == Plan.model_validate(job.spec().payload)


@pytest.mark.parametrize("old_stays", [True, False])
def test_the_new_place_counts(
    made: tuple[Workspace, JobFolder], tmp_path: Path, old_stays: bool
) -> None:
    old, job = made
    shutil.copytree(old.root, tmp_path / "new")
    if not old_stays:
        shutil.move(old.root, tmp_path / "away")
    moved = JobFolder(tmp_path / "new" / "jobs" / job.id)
    plan = homed(moved)
    assert Path(plan.dataset.path).parent == tmp_path / "new" / "datasets"
    assert Path(plan.model.path) == tmp_path / "new" / "models" / "tiny"
    assert plan.model.sha256 == Plan.model_validate(moved.spec().payload).model.sha256


def test_a_model_elsewhere_stays_where_it_is(
    made: tuple[Workspace, JobFolder], tmp_path: Path, tiny: Path
) -> None:
    old, job = made
    set_places(job, model=str(tiny))
    shutil.copytree(old.root, tmp_path / "new")
    assert homed(JobFolder(tmp_path / "new" / "jobs" / job.id)).model.path == str(tiny)


def test_what_is_nowhere_keeps_its_path(made: tuple[Workspace, JobFolder]) -> None:
    old, job = made
    shutil.rmtree(old.models / "tiny")
    assert homed(job).model.path == str(old.models / "tiny")


def _staged(home: Path, tiny: Path, deliveries: DatasetVersion) -> tuple[JobFolder, JobFolder]:
    """A run whose result is a copy of the tiny model, and one that is planned on that."""
    first = models.make_job(home, models.make_plan(tiny, deliveries))
    shutil.copytree(tiny, first.output)
    plan = models.make_plan(tiny, deliveries)
    named = ModelRef(path=f"job:{first.id}", name="Tiny", sha256="", source=f"job:{first.id}")
    reward = RewardChoice(key="model", model=f"job:{first.id}")
    rule = RewardChoice(key="contains", params={"words": "Ahoy"})
    plan = plan.model_copy(update={"model": named, "rewards": [reward, rule]})
    return first, models.make_job(home, plan)


def test_results_of_other_runs_are_found_beside_it(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion
) -> None:
    first, second = _staged(tmp_path / "jobs", tiny, deliveries)
    plan = homed(second)
    assert Path(plan.model.path) == first.output
    assert plan.model.name == "Tiny"
    assert plan.model.source == f"job:{first.id}"
    assert plan.model.sha256 == models.inspect_model(tiny).ref.sha256
    assert [choice.model for choice in plan.rewards] == [str(first.output), ""]
    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / "jobs", moved)
    assert Path(homed(JobFolder(moved / second.id)).model.path) == moved / first.id / "output"


def test_a_result_that_is_not_there_is_told(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion
) -> None:
    first, second = _staged(tmp_path / "jobs", tiny, deliveries)
    shutil.rmtree(first.output)
    with pytest.raises(StudioError) as caught:
        homed(second)
    assert caught.value.code == "stage_missing"
    assert first.id in caught.value.why


def test_earlier_and_further_data_move_along(
    made: tuple[Workspace, JobFolder], tmp_path: Path, deliveries: DatasetVersion
) -> None:
    old, job = made
    ref = Plan.model_validate(job.spec().payload).dataset
    plan = Plan.model_validate(
        {**job.spec().payload, "safeguards": [{"key": "replay", "dataset": ref}],
         "more_data": [{"dataset": ref}]}
    )  # fmt: skip
    other = models.make_job(old.jobs, plan, old.root)
    shutil.copytree(old.root, tmp_path / "new")
    found = homed(JobFolder(tmp_path / "new" / "jobs" / other.id))
    near = tmp_path / "new" / "datasets"
    assert Path(found.safeguards[0].dataset.path).parent == near
    assert Path(found.more_data[0].dataset.path).parent == near


@pytest.mark.parametrize("old_stays", [True, False])
def test_a_judge_moves_along_with_the_shelf(
    made: tuple[Workspace, JobFolder], tmp_path: Path, old_stays: bool
) -> None:
    old, job = made
    judge = old.adapters / "judge-1"
    judge.mkdir()
    write_card(judge, AdapterCard(name="Judge", base=ModelRef(path="", name="b", sha256="")))
    rewards = [RewardChoice(key="model", model=str(judge)), RewardChoice(key="contains")]
    plan = Plan.model_validate(job.spec().payload).model_copy(update={"rewards": rewards})
    other = models.make_job(old.jobs, plan, old.root)
    assert homed(other).rewards == rewards
    shutil.copytree(old.root, tmp_path / "new")
    if not old_stays:
        shutil.move(old.root, tmp_path / "away")
    found = homed(JobFolder(tmp_path / "new" / "jobs" / other.id)).rewards
    assert [choice.model for choice in found] == [str(tmp_path / "new/adapters/judge-1"), ""]
