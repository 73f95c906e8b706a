"""A job beside a page ends with it, however early."""

import threading

import pytest
from PySide6.QtCore import QObject

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
    job.shut_down()
    background.wait_all()
    qtbot.wait(50)
    assert not list(workspace.jobs.iterdir())
    assert not job.at_work


@pytest.mark.parametrize("end", ["shut_down", "cancel", "deleteLater"])
def test_unwanted_while_it_is_furnished_it_never_starts(qtbot, workspace, started, end):
    begun, go_on = threading.Event(), threading.Event()

    def furnish(folder):
        begun.set()
        go_on.wait(120)

    page = QObject()
    job = SideJob("tryout", lambda folder: None, page, furnish)
    job.begin(workspace, "One", {})
    assert begun.wait(120)
    getattr(page if end == "deleteLater" else job, end)()
    qtbot.waitUntil(lambda: not list(workspace.jobs.iterdir()), timeout=20_000)
    go_on.set()
    background.wait_all(20)
    qtbot.wait(50)
    assert started == []
    assert not list(workspace.jobs.iterdir())


def test_a_page_that_goes_takes_its_worker_along(qtbot, workspace, monkeypatch):
    ended = []
    monkeypatch.setattr(launch, "start", lambda folder: None)
    monkeypatch.setattr(launch, "kill", ended.append)
    page = QObject()
    job = SideJob("tryout", lambda folder: None, page)
    job.begin(workspace, "One", {})
    qtbot.waitUntil(lambda: job._watcher is not None, timeout=20_000)
    (folder,) = workspace.jobs.iterdir()
    assert ended == []
    page.deleteLater()
    qtbot.waitUntil(lambda: not folder.exists(), timeout=20_000)
    assert [one.path for one in ended] == [folder]
    background.wait_all(20)


def test_the_next_one_takes_the_place_of_the_first(qtbot, workspace, started):
    job = SideJob("tryout", lambda folder: None)
    job.begin(workspace, "One", {})
    job.begin(workspace, "Two", {})

    def names():
        return {folder.spec().name for folder in started if folder.path.exists()}

    # the first may have begun by then, and is ended; or it never begins
    qtbot.waitUntil(lambda: background.wait_all(0) and names() == {"Two"}, timeout=60_000)
    assert len(list(workspace.jobs.iterdir())) == 1
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
