"""The thread that follows a job folder."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from ftstudio.jobs.events import Event, Finished, Started, Step
from ftstudio.jobs.folder import JobFolder, create_job
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
    assert watcher.wait(2000)
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
    assert watcher.stop()
    qtbot.wait(20)
    assert not ended
    assert not folder.commands.exists()
