"""How long the window stands still while a worker says 1,000 events a second, plot shown.

A 10 ms precise timer is the heartbeat; wall-clock gaps are printed, CPU time is judged.
`python -m pytest tests/bench/test_monitor_heartbeat.py -m bench -s` prints the figures.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui import theme
from ftstudio.ui.monitor.runs_place import RunsPlace
from ftstudio.ui.studio import Studio
from tests.bench.heartbeat import Heartbeat
from tests.gui import canned_job

_SECONDS = 5
_RATE = 1000
_WRITER = """
import sys, time
path, seconds, rate = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
line = ('{"t":%.3f,"event":"step","step":%d,"epoch":0.5,"loss":%.4f,"learning_rate":0.0002,'
        '"grad_norm":1.0,"tokens_per_second":2300.0,"seconds_left":60.0,'
        '"ram_bytes":1900000000,"gpu_bytes":0}\\n')
step, began = 200, time.monotonic()
with open(path, "a", buffering=1) as file:
    while (now := time.monotonic() - began) < seconds:
        while step - 200 < now * rate:
            step += 1
            file.write(line % (time.time(), step, 1.0 + 0.1 * (step * 7919 % 100) / 100))
        time.sleep(0.005)
print(step)
"""


@pytest.fixture
def place(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[RunsPlace]:
    theme.apply_theme(qapp, "light")
    studio = Studio(Workspace(tmp_path / "w").create(), Settings())
    place = RunsPlace(studio)
    qtbot.addWidget(place)
    place.resize(1072, 820)
    place.show()
    qtbot.waitExposed(place)
    yield place
    place.shut_down()


def open_run(place: RunsPlace, folder: JobFolder, qtbot: QtBot, step: int) -> None:
    place.open(folder.id)
    qtbot.waitUntil(lambda: place.panel.feed.record.status.step >= step, timeout=60_000)
    qtbot.wait(500)  # warm: everything was painted once


@pytest.mark.bench
def test_the_window_keeps_beating_under_a_thousand_events_a_second(
    place: RunsPlace, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = canned_job.make_job(Workspace(tmp_path / "w"))
    canned_job.live(folder)
    canned_job.write(folder, *canned_job.opening(6000), *canned_job.curve(1, 200, 6000))
    open_run(place, folder, qtbot, 200)
    idle = Heartbeat()  # what this machine allows at this moment, with nothing to do
    idle.start()
    qtbot.wait(2000)
    idle.stop()
    heart = Heartbeat()
    command = [sys.executable, "-c", _WRITER, str(folder.events), str(_SECONDS), str(_RATE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        busy = time.process_time()
        heart.start()
        qtbot.wait(1000 * _SECONDS)
        heart.stop()
        busy = (time.process_time() - busy) / _SECONDS
        assert writer.stdout is not None
        last = int(writer.stdout.read())
    p99, longest = heart.figures()
    print(f"\nheartbeat, {_RATE} events/s: p99 {p99:.0f} ms, max {longest:.0f} ms "
          f"(aims 50, 150); idle p99 {idle.figures()[0]:.0f} ms, max {idle.figures()[1]:.0f} ms; "
          f"window's CPU {100 * busy:.0f} % of a core; load {os.getloadavg()[0]:.0f}")  # fmt: skip
    qtbot.waitUntil(lambda: place.panel.feed.record.status.step == last)
    assert len(place.panel.feed.record.series) == last
    assert busy < 0.8  # a core that is always busy could not beat


@pytest.mark.bench
def test_a_run_of_300000_steps_opens_without_a_freeze(
    place: RunsPlace, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = canned_job.make_job(Workspace(tmp_path / "w"))
    count = 300_000
    canned_job.live(folder)
    canned_job.write(folder, *canned_job.opening(count))
    line = canned_job.curve(1, 1, count)[0].model_dump_json().replace('"step":1', '"step":%d', 1)
    assert "%d" in line
    with folder.events.open("a", encoding="utf-8") as file:
        file.writelines(line % step + "\n" for step in range(1, count + 1))
    heart = Heartbeat()
    began, busy = time.monotonic(), time.process_time()
    heart.start()
    open_run(place, folder, qtbot, count)
    heart.stop()
    p99, longest = heart.figures()
    busy = time.process_time() - busy
    print(f"\nopening a run of {count:,} steps: {time.monotonic() - began:.1f} s, "
          f"{busy:.1f} s CPU, heartbeat p99 {p99:.0f} ms, max {longest:.0f} ms")  # fmt: skip
    assert len(place.panel.feed.record.series) == count
    assert busy < 60
