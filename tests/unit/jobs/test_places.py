"""A copied folder is pointed at what lies here; its plan stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.places import at_its_places, set_places, workspace_of

PLAN = Plan(
    name="x",
    dataset=DatasetRef(id="ds-1", path="/there/ds-1", name="x"),
    model=ModelRef(path="/there/model", name="m", sha256="0"),
)


def test_without_the_file_the_plan_holds(tmp_path: Path) -> None:
    assert at_its_places(JobFolder(tmp_path), PLAN) == PLAN


def test_only_what_is_elsewhere_changes(tmp_path: Path) -> None:
    set_places(JobFolder(tmp_path), model="/here/model")
    placed = at_its_places(JobFolder(tmp_path), PLAN)
    assert (placed.model.path, placed.dataset.path) == ("/here/model", "/there/ds-1")
    assert placed.model.sha256 == "0"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": "/x"}'])
def test_a_damaged_file_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "places.json").write_text(text)
    assert at_its_places(JobFolder(tmp_path), PLAN) == PLAN


def test_a_moved_workspace_takes_its_runs_along(workspace: Workspace, tmp_path: Path) -> None:
    made = create_job(workspace.jobs, "train", "x", {}, workspace.root)
    assert workspace_of(made, made.spec()) == str(workspace.root)
    workspace.root.rename(tmp_path / "new")
    moved = JobFolder(tmp_path / "new" / "jobs" / made.id)
    assert workspace_of(moved, moved.spec()) == str(tmp_path / "new")


def test_a_folder_by_itself_belongs_where_it_says(workspace: Workspace, tmp_path: Path) -> None:
    alone = create_job(tmp_path / "jobs", "train", "x", {}, workspace.root)
    assert workspace_of(alone, alone.spec()) == str(workspace.root)


def test_a_job_without_a_workspace_keeps_its_results(workspace: Workspace) -> None:
    made = create_job(workspace.jobs, "preview", "x", {})
    assert workspace_of(made, made.spec()) == ""
