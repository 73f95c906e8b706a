"""A passing job leaves nothing, whenever it is ended; what a killed program left is swept."""

import os
import time

import pytest

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job
from ftstudio.jobs.passing import KINDS, Passing, sweep


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "start", lambda folder: started.append(folder))
    monkeypatch.setattr(launch, "kill", lambda folder: killed.append(folder))
    started: list = []
    killed: list = []
    home = Workspace(tmp_path / "ws").create().jobs
    return home, started, killed


def test_it_begins_and_ends_once(jobs):
    home, started, killed = jobs
    one = Passing()
    folder = one.begin(lambda: create_job(home, "names", "One", {}))
    assert started == [folder]
    assert folder.path.is_dir()
    one.end()
    one.end()
    assert killed == [folder]
    assert not folder.path.exists()


def test_ended_before_it_began_it_makes_no_folder(jobs):
    one = Passing()
    one.end()
    with pytest.raises(Cancelled):
        one.begin(lambda: create_job(jobs[0], "names", "One", {}))
    assert not list(jobs[0].iterdir())


def test_ended_while_it_is_furnished_it_never_starts(jobs):
    home, started, _ = jobs
    one = Passing()

    def furnish(folder):
        one.end()
        (folder.path / "texts.jsonl").write_text("x")  # its folder is gone

    with pytest.raises(Cancelled):
        one.begin(lambda: create_job(home, "names", "One", {}), furnish)
    assert started == []
    assert not list(home.iterdir())


def test_what_can_not_be_furnished_is_told_and_leaves_nothing(jobs):
    def furnish(folder):
        raise StudioError("No room.", "The disk is full.", "Free some.")

    with pytest.raises(StudioError, match="No room"):
        Passing().begin(lambda: create_job(jobs[0], "names", "One", {}), furnish)
    assert not list(jobs[0].iterdir())


def _age(folder, seconds):
    for path in (*folder.path.iterdir(), folder.path):
        os.utime(path, (time.time() - seconds,) * 2)


def test_old_ones_that_nobody_follows_are_swept(jobs, monkeypatch):
    home = jobs[0]
    left = [create_job(home, kind, kind, {}) for kind in KINDS]
    run, busy, young = (create_job(home, kind, "x", {}) for kind in ("train", "names", "names"))
    (home / "odd").mkdir()
    (home / "odd" / "job.json").write_text("{")
    for folder in (*left, run, busy):
        _age(folder, 7_200)
    monkeypatch.setattr(launch, "is_running", lambda folder: folder.path == busy.path)
    sweep(home)
    kept = {run.path, busy.path, young.path, home / "odd"}
    assert set(home.iterdir()) == kept
