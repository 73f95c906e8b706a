"""Runs are found by looking; damaged ones are listed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import history, launch
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.lock import Holder, write_holder

MakeJob = Callable[..., JobFolder]

STARTED = {"say": {"event": "started", "pid": 1, "device": "cpu"}}
FINISHED = {"say": {"event": "finished"}}


def wait(folder: JobFolder) -> None:
    for _ in launch.follow(folder, poll=0.01):
        pass


def test_states_as_they_stand(workspace: Workspace, make_job: MakeJob) -> None:
    waiting = make_job([FINISHED], name="waits")
    done = make_job([STARTED, FINISHED], name="done")
    dead = make_job([STARTED, {"die": "SIGKILL"}], name="dead")
    alive = make_job([STARTED, {"sleep": 30}], name="alive")
    for folder in (done, dead):
        launch.start(folder, "fake_worker")
        wait(folder)
    launch.start(alive, "fake_worker")
    states = {row.name: row.status.state for row in history.list_runs(workspace)}
    assert states == {
        "waits": "waiting", "done": "finished", "dead": "interrupted", "alive": "running",
    }  # fmt: skip
    assert waiting.path.is_dir()


def test_a_growing_run_is_folded_further(workspace: Workspace, make_job: MakeJob) -> None:
    folder = make_job([FINISHED])
    folder.events.write_text('{"event":"started","pid":1,"device":"cpu"}\n')
    assert history.read_run(folder).status.state == "interrupted"
    with open(folder.events, "a") as file:
        file.write('{"event":"finished"}\n')
    assert history.read_run(folder).status.state == "finished"
    folder.events.write_text("")
    assert history.read_run(folder).status.state == "waiting"


def test_damaged_ones_are_listed_with_their_problem(
    workspace: Workspace, make_job: MakeJob
) -> None:
    make_job([FINISHED], name="sound")
    (workspace.jobs / "broken").mkdir()
    rows = history.list_runs(workspace)
    assert {row.name for row in rows} == {"sound", "broken"}
    (broken,) = [row for row in rows if row.problem]
    assert broken.problem is not None
    assert broken.problem.code == "job_unreadable"


def test_other_kinds_only_on_demand(workspace: Workspace) -> None:
    create_job(workspace.jobs, "preview", "a look", {})
    assert history.list_runs(workspace) == []
    assert len(history.list_runs(workspace, ("preview",))) == 1


def test_find_by_id_beginning_or_name(workspace: Workspace, make_job: MakeJob) -> None:
    folder = make_job([FINISHED], name="Support desk")
    assert history.find_run(workspace, folder.id).folder == folder
    assert history.find_run(workspace, "Support desk").folder == folder
    with pytest.raises(StudioError):
        history.find_run(workspace, "nothing")


def test_a_folder_without_permission_is_listed_with_its_problem(
    workspace: Workspace, make_job: MakeJob, close_to_us: Callable[[Path], None]
) -> None:
    make_job([FINISHED], name="mine")
    closed = make_job([FINISHED], name="theirs")
    close_to_us(closed.path)
    rows = history.list_runs(workspace)
    assert [row.id for row in rows if row.problem] == [closed.id]
    assert len(rows) == 2
    assert "Permission denied" in str(history.read_run(closed).problem)


def test_an_unplugged_drive_is_told(workspace: Workspace) -> None:
    workspace.jobs.rmdir()
    with pytest.raises(StudioError) as error:
        history.list_runs(workspace)
    assert error.value.code == "runs_unreadable"


def test_a_run_that_vanishes_is_no_failure(workspace: Workspace, make_job: MakeJob) -> None:
    folder = make_job([FINISHED])
    (folder.path / "job.json").unlink()
    row = history.read_run(folder)
    folder.path.rmdir()
    assert row.created == 0


def test_downloads_under_way_by_what_they_fetch(workspace: Workspace) -> None:
    made = {}
    for name, payload in (("old", {}), ("model", {"of": "model"}), ("data", {"of": "dataset"})):
        made[name] = create_job(workspace.jobs, "download", name, payload, workspace.root)
    assert history.download_under_way(workspace, "dataset") is None
    for name in ("old", "data"):
        made[name].events.write_text('{"event": "started", "pid": 1, "device": "network"}\n')
        write_holder(made[name], Holder.of(os.getpid(), 0))
    assert history.download_under_way(workspace, "dataset") == made["data"].path
    assert history.download_under_way(workspace, "model") == made["old"].path
