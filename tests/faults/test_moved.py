"""What changes around a paused run: its workspace is moved, its data are touched."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from ftstudio.adapters.shelf import list_cards
from ftstudio.core.move_workspace import copy_workspace
from ftstudio.core.paths import Workspace
from ftstudio.jobs.events import Failed, Finished, Notice, Paused
from ftstudio.jobs.folder import JobFolder
from tests import models
from tests.nursery import Nursery


@pytest.fixture
def paused(tmp_path: Path, nursery: Nursery) -> tuple[Workspace, JobFolder]:
    """A run that was paused at step 7; its model and dataset lie in its workspace."""
    workspace = Workspace(tmp_path / "old").create()
    model = models.tiny_model(workspace.models / "tiny")
    dataset = models.tiny_dataset(workspace.datasets / "made")
    dataset.path.rename(workspace.datasets / dataset.id)
    plan = models.make_plan(model, dataset)
    there = plan.dataset.model_copy(update={"path": str(workspace.datasets / dataset.id)})
    plan = plan.model_copy(update={"dataset": there})
    job = models.make_job(workspace.jobs, plan, workspace.root)
    assert nursery.run(job.path, "shutdown@7") == 0
    assert isinstance(models.events_of(job)[-1], Paused)
    return workspace, job


@pytest.mark.parametrize("old_stays", [False, True])
def test_a_run_goes_on_in_the_new_place(
    paused: tuple[Workspace, JobFolder], tmp_path: Path, nursery: Nursery, old_stays: bool
) -> None:
    old, job = paused
    new = copy_workspace(old, tmp_path / "new", lambda share: None, lambda: False)
    if not old_stays:
        shutil.rmtree(old.root)
    moved = JobFolder(new.jobs / job.id)
    assert nursery.run(moved.path) == 0
    last = models.events_of(moved)[-1]
    assert isinstance(last, Finished)
    (card,) = list_cards(new)
    assert card.id == last.shelf_id
    assert Path(card.base.path) == new.models / "tiny"
    if old_stays:
        assert list_cards(old) == []


def test_a_shelf_that_is_gone_is_told(
    paused: tuple[Workspace, JobFolder], tmp_path: Path, nursery: Nursery
) -> None:
    _, job = paused
    shutil.copytree(job.path, tmp_path / "alone")
    spec = job.spec()
    moved = JobFolder(tmp_path / "alone")
    text = (moved.path / "job.json").read_text()
    (moved.path / "job.json").write_text(text.replace(f'"{spec.workspace}"', '"/no/such/place"'))
    assert nursery.run(moved.path) == 0
    told = [e.what for e in models.events_of(moved) if isinstance(e, Notice)]
    assert "The result is not on the shelf." in told


def test_data_that_were_touched_are_not_trained_on(
    paused: tuple[Workspace, JobFolder], nursery: Nursery
) -> None:
    old, job = paused
    (file,) = old.datasets.glob("*/train.parquet")
    other = models.tiny_dataset(old.root / "other", examples=models.make_examples(46, seed=2))
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    shutil.copyfile(other.path / "train.parquet", file)
    assert nursery.run(job.path) == 1
    last = models.events_of(job)[-1]
    assert isinstance(last, Failed)
    assert last.code == "dataset_changed"
