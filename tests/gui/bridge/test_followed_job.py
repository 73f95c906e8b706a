"""The one job that a card shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ftstudio.jobs.events import Event, Finished, Phase, Started
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.ui.bridge import job_watcher
from ftstudio.ui.bridge.followed_job import FollowedJob


def _job(tmp_path: Path, *events: Event) -> JobFolder:
    folder = create_job(tmp_path, "merge", "Tone", {})
    _say(folder, *events)
    return folder


def _say(folder: JobFolder, *events: Event) -> None:
    with open(folder.events, "a", encoding="utf-8") as file:
        file.writelines(event.model_dump_json() + "\n" for event in events)


@pytest.fixture
def owner() -> QObject:
    return QObject()


def test_its_events_are_its_status_and_the_end_is_told_once(
    qtbot: QtBot, tmp_path: Path, owner: QObject
) -> None:
    job, ends = FollowedJob(owner), []
    job.over.connect(lambda: ends.append(job.status.state))
    phase = Phase(name="merging", text="Folding", done=1, total=2)
    job.follow(_job(tmp_path, Started(pid=1, device="cpu"), phase, Finished(output="merged")))
    assert not job.is_over
    qtbot.waitUntil(lambda: bool(ends))
    assert job.is_over
    assert (ends, job.status.output) == (["finished"], "merged")


def test_let_go_it_is_as_if_there_were_none(qtbot: QtBot, tmp_path: Path, owner: QObject) -> None:
    folder, job = _job(tmp_path), FollowedJob(owner)
    job.follow(folder)
    assert job.folder == folder
    job.let_go()
    seen: list[int] = []
    job.changed.connect(lambda: seen.append(1))
    _say(folder, Started(pid=1, device="cpu"), Finished())
    qtbot.waitUntil(lambda: not job_watcher._at_work)
    assert (job.folder, job.status.state, seen) == (None, "waiting", [])
    assert not folder.commands.exists()  # the job itself was asked nothing


def test_another_takes_its_place(qtbot: QtBot, tmp_path: Path, owner: QObject) -> None:
    first = _job(tmp_path / "a", Started(pid=1, device="cpu"), Finished(output="first"))
    second = _job(tmp_path / "b", Started(pid=1, device="cpu"), Finished(output="second"))
    job = FollowedJob(owner)
    job.follow(first)
    job.follow(second)
    qtbot.waitUntil(lambda: job.is_over)
    assert (job.folder, job.status.output) == (second, "second")


def test_it_ends_with_its_owner(qtbot: QtBot, tmp_path: Path) -> None:
    card = QObject()
    FollowedJob(card).follow(_job(tmp_path))
    assert job_watcher._at_work
    card.deleteLater()
    qtbot.waitUntil(lambda: not job_watcher._at_work)
