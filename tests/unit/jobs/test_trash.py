"""Deleting a run and taking it back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import trash
from ftstudio.jobs.history import list_runs
from tests.gui import canned_job


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "w").create()


def test_a_deleted_run_is_gone_and_comes_back_whole(workspace: Workspace) -> None:
    folder = canned_job.finished(workspace)
    events = folder.events.read_bytes()
    token = trash.delete(workspace, folder)
    assert list_runs(workspace) == []
    assert [one.id for one in trash.deleted(workspace)] == [folder.id]
    back = trash.restore(workspace, token)
    assert back.path == folder.path
    assert back.events.read_bytes() == events
    assert [run.id for run in list_runs(workspace)] == [folder.id]


def test_a_run_at_work_is_not_deleted(workspace: Workspace) -> None:
    folder = canned_job.running(workspace)
    with pytest.raises(StudioError) as caught:
        trash.delete(workspace, folder)
    assert caught.value.code == "run_is_running"
    assert folder.events.exists()


def test_what_is_not_in_the_trash_is_said(workspace: Workspace) -> None:
    with pytest.raises(StudioError) as caught:
        trash.restore(workspace, "../../etc")
    assert caught.value.code == "trash_empty"


def test_the_trash_is_emptied_after_thirty_days(workspace: Workspace) -> None:
    old = workspace.jobs / ".trash" / f"{int(time.time()) - 31 * 86400}-ab12"
    young = workspace.jobs / ".trash" / f"{int(time.time()) - 29 * 86400}-ab12"
    for folder in (old, young):
        (folder / "run").mkdir(parents=True)
    trash.delete(workspace, canned_job.finished(workspace))
    assert not old.exists()
    assert young.exists()
