"""A run finds its data and its model again after its workspace was moved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.data.library import DatasetVersion
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
