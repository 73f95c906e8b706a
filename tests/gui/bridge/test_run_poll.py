"""What the window sees of the runs, and when one ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ftstudio.jobs import history, queue
from ftstudio.jobs.events import Finished, Started
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.lock import Holder, write_holder
from ftstudio.ui.bridge.run_poll import RunPoll
from ftstudio.ui.studio import Studio


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A process that stands for a worker."""
    process = subprocess.Popen(["sleep", "60"])
    yield process.pid
    process.kill()
    process.wait()


def _say(folder: JobFolder, *events: object) -> None:
    with open(folder.events, "a", encoding="utf-8") as file:
        file.writelines(event.model_dump_json() + "\n" for event in events)  # type: ignore[attr-defined]


def test_running_is_seen_and_its_end_is_told_once(
    studio: Studio, sleeper: int, qtbot: QtBot
) -> None:
    folder = create_job(studio.workspace.jobs, "train", "Tone", {})
    write_holder(folder, Holder.of(sleeper, 0))
    _say(folder, Started(pid=sleeper, device="cpu"))
    poll, ended = RunPoll(studio.workspace), []
    poll.run_ended.connect(lambda row: ended.append(row.status.state))
    with qtbot.waitSignal(poll.runs_seen):
        poll.look()
    running = poll.running()
    assert running is not None
    assert running.name == "Tone"
    _say(folder, Finished())
    for _ in range(2):
        with qtbot.waitSignal(poll.runs_seen):
            poll.look()
    assert ended == ["finished"]
    assert poll.running() is None


def test_an_unreadable_workspace_is_logged_not_thrown(
    studio: Studio, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    studio.workspace.jobs.rmdir()
    poll = RunPoll(studio.workspace)
    poll.look()
    qtbot.waitUntil(lambda: "can't be listed" in caplog.text)


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("nobody expected this")


def test_polling_goes_on_after_any_error_and_complains_once(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poll = RunPoll(studio.workspace)
    with monkeypatch.context() as broken:
        broken.setattr(history, "list_runs", _broken)
        for _ in range(3):
            poll.look()
            qtbot.waitUntil(lambda: poll._task is None)
    assert [r for r in caplog.records if "nobody expected" in r.getMessage()] == caplog.records
    assert len(caplog.records) == 1
    with qtbot.waitSignal(poll.runs_seen):
        poll.look()


def test_a_run_that_cannot_be_started_does_not_hide_the_others(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_job(studio.workspace.jobs, "train", "Tone", {})
    monkeypatch.setattr(queue, "start_next", _broken)
    poll = RunPoll(studio.workspace)
    with qtbot.waitSignal(poll.runs_seen):
        poll.look()
    assert [row.name for row in poll.rows] == ["Tone"]


def test_a_held_queue_starts_nothing(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(queue, "start_next", asked.append)
    poll = RunPoll(studio.workspace)
    for held in (True, False):
        poll.hold_queue(held)
        with qtbot.waitSignal(poll.runs_seen):
            poll.look()
    assert asked == [studio.workspace]


def test_a_status_that_cannot_be_read_does_not_hold_up_closing(
    studio: Studio, sleeper: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = create_job(studio.workspace.jobs, "train", "Tone", {})
    write_holder(folder, Holder.of(sleeper, 0))
    _say(folder, Started(pid=sleeper, device="cpu"))
    poll = RunPoll(studio.workspace)
    with qtbot.waitSignal(poll.runs_seen):
        poll.look()
    assert poll.still_running()

    def unplugged(_folder: JobFolder) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(history, "read_status", unplugged)
    assert not poll.still_running()
