"""A job beside a page ends with it, however early."""

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.ui.bridge import background, side_job
from ftstudio.ui.bridge.side_job import SideJob


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "ws").create()


@pytest.fixture
def started(monkeypatch):
    """The job folders that were asked to start."""
    folders = []
    monkeypatch.setattr(launch, "start", folders.append)
    monkeypatch.setattr(launch, "kill", lambda folder: None)
    return folders


def test_closed_before_it_was_heard_of_it_is_gone(qtbot, workspace, started):
    job = SideJob("tryout", lambda folder: None)
    job.begin(workspace, "One", {})
    job.shut_down()  # its start is waited for, and not yet heard of
    background.wait_all()
    qtbot.wait(50)
    assert len(started) == 1
    assert not started[0].path.exists()
    assert not job.at_work


def test_the_next_one_takes_the_place_of_the_first(qtbot, workspace, started):
    job = SideJob("tryout", lambda folder: None)
    job.begin(workspace, "One", {})
    job.begin(workspace, "Two", {})
    names = lambda: {f.spec().name for f in started if f.path.exists()}  # noqa: E731
    qtbot.waitUntil(lambda: len(started) == 2 and names() == {"Two"}, timeout=30_000)
    job.shut_down()
    assert not any(folder.path.exists() for folder in started)


def test_what_can_not_be_started_is_told(qtbot, workspace, started, monkeypatch):
    job = SideJob("tryout", lambda folder: None, furnish=_refuse)
    with qtbot.waitSignal(job.failed, timeout=30_000) as failed:
        job.begin(workspace, "One", {})
    assert failed.args[0].what == "No room."
    assert not job.at_work
    assert not list(workspace.jobs.iterdir())


def test_a_full_disk_is_told_in_words(qtbot, workspace, started, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(side_job, "create_job", full)
    job = SideJob("tryout", lambda folder: None)
    with qtbot.waitSignal(job.failed, timeout=30_000) as failed:
        job.begin(workspace, "One", {})
    assert "No space left" in failed.args[0].why


def _refuse(_folder):
    from ftstudio.core.errors import StudioError

    raise StudioError("No room.", "The disk is full.", "Free some.")
