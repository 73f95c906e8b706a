"""The thread that follows a job folder."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ftstudio.jobs.events import Event, Finished, Started, Step
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.ui.bridge import job_watcher
from ftstudio.ui.bridge.job_watcher import JobWatcher


def _write(folder: JobFolder, *events: Event) -> None:
    with open(folder.events, "a", encoding="utf-8") as file:
        file.writelines(event.model_dump_json() + "\n" for event in events)


def _step(number: int) -> Step:
    return Step(
        step=number, epoch=0.1, loss=1.0, learning_rate=1e-4, grad_norm=1.0, tokens_per_second=9
    )


def test_a_finished_run_is_replayed_in_few_signals_and_ends(qtbot: QtBot, tmp_path: Path) -> None:
    folder = create_job(tmp_path, "train", "Tone", {})
    steps = [_step(n) for n in range(5000)]
    _write(folder, Started(pid=1, device="cpu"), *steps, Finished())
    watcher, batches = JobWatcher(folder), []
    watcher.events_seen.connect(batches.append)
    with qtbot.waitSignal(watcher.ended, timeout=20_000):
        watcher.start()
    assert watcher.wait(60_000)
    events = [event for batch in batches for event in batch]
    assert len(events) == 5002
    assert isinstance(events[-1], Finished)
    assert len(batches) < 100


def test_stopping_leaves_a_waiting_run_alone(qtbot: QtBot, tmp_path: Path) -> None:
    folder = create_job(tmp_path, "train", "Tone", {})
    watcher, ended = JobWatcher(folder), []
    watcher.ended.connect(lambda: ended.append(1))
    watcher.start()
    qtbot.wait(60)
    assert watcher.isRunning()
    assert watcher.stop(60_000)
    qtbot.wait(20)
    assert not ended
    assert not folder.commands.exists()


def test_an_error_while_following_ends_it_with_a_word(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unplugged(*_args: object, **_kwargs: object) -> Iterator[list[Event]]:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(job_watcher, "follow", unplugged)
    watcher = JobWatcher(JobFolder(tmp_path))
    with qtbot.waitSignal(watcher.ended):
        watcher.start()
    assert watcher.wait(60_000)
    assert "can't be followed" in caplog.text


def test_a_watcher_that_is_held_up_is_kept_until_it_ends(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()

    def hangs(*_args: object, **_kwargs: object) -> Iterator[list[Event]]:
        answer.wait(120)
        return iter(())

    monkeypatch.setattr(job_watcher, "follow", hangs)
    watcher = JobWatcher(JobFolder(tmp_path))
    watcher.start()
    assert not watcher.stop(50)
    del watcher  # would end the program, were it thrown away
    gc.collect()
    assert job_watcher.still_leaving()
    answer.set()
    qtbot.waitUntil(lambda: not job_watcher._leaving)
    assert not job_watcher.still_leaving()


def test_it_ends_with_its_owner_and_is_kept_until_then(qtbot: QtBot, tmp_path: Path) -> None:
    owner = QObject()
    watcher = JobWatcher(create_job(tmp_path, "train", "Tone", {}), owner)
    watcher.start()
    assert watcher in job_watcher._at_work
    del watcher, owner  # would end the program, were a running thread thrown away
    gc.collect()
    qtbot.waitUntil(lambda: not job_watcher._at_work, timeout=60_000)


def test_it_reads_no_further_ahead_than_it_may(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A heap of events that nobody has taken yet would hold up the window."""
    monkeypatch.setattr(job_watcher, "follow", lambda folder, stop: ([_step(n)] for n in range(5)))
    folder = create_job(tmp_path, "train", "Tone", {})
    watcher, batches, ended = JobWatcher(folder, ahead=2), [], []
    watcher.events_seen.connect(batches.append)
    watcher.ended.connect(lambda: ended.append(1))
    watcher.start()
    qtbot.waitUntil(lambda: len(batches) == 2)
    qtbot.wait(150)
    assert len(batches) == 2
    watcher.taken()
    qtbot.waitUntil(lambda: len(batches) == 3)
    assert not ended
    watcher.taken()
    watcher.taken()
    qtbot.waitUntil(lambda: bool(ended))
    assert len(batches) == 5


def test_one_that_waits_to_be_taken_from_can_be_stopped(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_watcher, "follow", lambda folder, stop: ([_step(n)] for n in range(5)))
    watcher = JobWatcher(create_job(tmp_path, "train", "Tone", {}), ahead=1)
    watcher.start()
    qtbot.wait(60)
    assert watcher.isRunning()
    assert watcher.stop(60_000)
