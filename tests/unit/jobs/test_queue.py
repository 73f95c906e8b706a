"""One run at a time, in order, remembered on disk."""

from __future__ import annotations

from collections.abc import Callable

from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch, queue
from ftstudio.jobs.folder import JobFolder

MakeJob = Callable[..., JobFolder]
FINISHED = {"say": {"event": "finished"}}


def test_one_after_the_other(workspace: Workspace, make_job: MakeJob) -> None:
    first, second = make_job([{"sleep": 30}]), make_job([FINISHED])
    queue.enqueue(workspace, first)
    queue.enqueue(workspace, second)
    assert queue.start_next(workspace, "fake_worker") == first
    assert queue.next_waiting(workspace) is None
    assert queue.start_next(workspace, "fake_worker") is None
    launch.kill(first)
    assert queue.start_next(workspace, "fake_worker") == second
    assert queue.list_waiting(workspace) == []


def test_the_same_run_waits_once(workspace: Workspace, make_job: MakeJob) -> None:
    folder, other = make_job([FINISHED]), make_job([FINISHED])
    for waiting in (folder, other, folder):
        queue.enqueue(workspace, waiting)
    assert queue.list_waiting(workspace) == [other, folder]


def test_a_damaged_queue_and_vanished_runs_do_no_harm(
    workspace: Workspace, make_job: MakeJob
) -> None:
    folder = make_job([FINISHED])
    queue.enqueue(workspace, JobFolder(workspace.jobs / "gone"))
    queue.enqueue(workspace, folder)
    assert queue.list_waiting(workspace) == [folder]
    (workspace.root / "queue.json").write_text("{")
    assert queue.list_waiting(workspace) == []
