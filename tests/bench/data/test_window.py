"""How long the window stands still while large data is read, cleaned, split and frozen.

`FTSTUDIO_BENCH_ROWS=1000000 python -m pytest tests/bench/data/test_window.py -m bench -s`.
A 10 ms timer is the heartbeat of the window's thread, offscreen. Gaps are told by the clock and in
CPU time of this process alone: on a machine that others share, the first tells of them as well.

Measured on two shared cores at a load of 5 to 8, longest gap in ms by the clock, and in CPU time of
our own process beside it; memory of the whole window, with questions and answers of 210 characters:

                          100,000 rows          300,000               1,000,000 rows
    import                69 / 35 ms            93 / 65 ms            99 / 89 ms, 1.50 GB
    keep a column         90 / 45               135 / 83              118 / 98,   2.76 GB
    a cleaning step       81 / 41               107 / 70
    near-duplicates                             97 / 61
    splitting             114 / 44              77 / 77               120 / 108,  2.32 GB
    freezing              116 / 44              67 / 63               135 / 110,  2.13 GB

Before (the same day, a million rows): import 824 / 376 ms and 1.99 GB after slots were taken;
without those a row held 3.2 KB and two states of it 6.1, now 1.4 and 2.7. What remains of memory is
two states of every row while the facts of an act replace those of the one before.

From the wish to stop until the thread has ended, 50,000 rows, at most: import 0.25 s,
near-duplicates 0.14, every other act 0.02; leak report 0.18, comparing 0.03, freezing 0.02,
finding a person 0.01.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import contextlib
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ftstudio.core.errors import Cancelled
from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings
from ftstudio.data.compare import compare
from ftstudio.data.draft import Draft
from ftstudio.data.erase import find_person
from ftstudio.data.leak import against_benchmarks, between
from ftstudio.data.library import Tell, freeze
from ftstudio.data.split import SplitChoice
from ftstudio.data.step import Examples
from ftstudio.ui import theme
from ftstudio.ui.bridge.background import wait_all
from ftstudio.ui.bridge.collector import Collector
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.studio import Studio
from tests.bench.data.many_rows import write_rows
from tests.bench.heartbeat import Heartbeat

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
ROWS = int(os.environ.get("FTSTUDIO_BENCH_ROWS", "100000"))
LONGEST, CANCEL = 150, 1.0  # ms without a beat; seconds until a cancelled thread has ended


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("data") / "many.csv", ROWS)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    theme.apply_theme(qapp, "light")
    made = Desk(Studio(Workspace(tmp_path / "w").create(), Settings()), Draft())
    made.failed.connect(lambda error: pytest.fail(str(error)))
    collector = Collector()  # as in the app
    collector.start()
    yield made
    made.leave()
    wait_all(600)
    made.deleteLater()
    collector.stop()


ACTS: dict[str, Callable[[Desk], None]] = {
    "keep a column together": lambda desk: desk.keep_together("answer"),
    "a cleaning step": lambda desk: desk.apply("spaces", "normalise"),
    "near-duplicates": lambda desk: desk.apply("near", "mark_near_duplicates"),
    "personal data": lambda desk: desk.apply("personal", "hide_personal"),
    "splitting": lambda desk: desk.set_split(SplitChoice(validation=0.2, near=True, seed=3)),
}


def resident() -> int:
    """Bytes that this process holds now."""
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * resource.getpagesize()


def beaten(qtbot: QtBot, desk: Desk, act: Callable[[], None], name: str) -> Heartbeat:
    heart = Heartbeat()
    began, spent = time.monotonic(), time.process_time()
    heart.start()
    with qtbot.waitSignal(desk.rested, timeout=3_000_000):
        act()
    heart.stop()
    (p99, longest), (own_p99, own) = heart.figures(), heart.own()
    memory = resident() / 2**30
    print(f"{name:24} {time.monotonic() - began:6.1f} s, {time.process_time() - spent:6.1f} CPU-s; "
          f"clock p99 {p99:4.0f} max {longest:5.0f} ms; own p99 {own_p99:4.0f} max {own:5.0f} ms; "
          f"{memory:.2f} GB", flush=True)  # fmt: skip
    return heart


def test_the_window_beats_through_every_act(desk: Desk, file: Path, qtbot: QtBot) -> None:
    idle = Heartbeat()
    idle.start()
    qtbot.wait(3000)
    idle.stop()
    print(f"\n{ROWS:,} rows, {file.stat().st_size / 1e6:.0f} MB; idle: clock max "
          f"{idle.figures()[1]:.0f} ms, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    hearts = {"import": beaten(qtbot, desk, lambda: desk.choose_file(file), "import")}
    for name, act in ACTS.items():
        hearts[name] = beaten(qtbot, desk, lambda act=act: act(desk), name)  # type: ignore[misc]
    desk.note(licence="cc0-1.0")
    hearts["freezing"] = beaten(qtbot, desk, lambda: desk.freeze("many"), "freezing")
    late = {name: heart.own()[1] for name, heart in hearts.items() if heart.own()[1] > LONGEST}
    assert not late


def test_every_act_ends_when_it_is_told_to(desk: Desk, file: Path, qtbot: QtBot) -> None:
    print()
    late = {}
    for name, act in {"import": lambda desk: desk.choose_file(file), **ACTS}.items():
        took = []
        for share in (0.1, 0.3, 0.6):
            if name != "import" and desk.facts is None:
                with qtbot.waitSignal(desk.rested, timeout=3_000_000):
                    desk.choose_file(file)
            act(desk)
            task = desk._task
            assert task is not None
            qtbot.wait(int(1000 * share * max(1.0, ROWS / 20_000)))
            began, spent = time.monotonic(), time.process_time()
            desk.cancel()
            qtbot.waitUntil(lambda task=task: not task.is_running(), timeout=3_000_000)
            took.append((time.monotonic() - began, time.process_time() - spent))
        worst = max(took, key=lambda one: one[1])
        print(f"{name:24} ends after {worst[1]:.2f} CPU-s, {worst[0]:.2f} s", flush=True)
        if worst[1] > CANCEL:
            late[name] = worst
    assert not late


def looks(desk: Desk, folder: Path) -> dict[str, Callable[[Tell], object]]:
    """What pages and dialogs start beside the desk's own acts."""
    assert desk.facts is not None
    examples, sides = Examples(desk.facts.current), desk.facts.sides
    manifest = {"name": "many", "sources": [{"name": "f", "sha256": "a", "size": 1}]}
    one = freeze(examples, sides, manifest, datasets=desk.workspace.datasets)
    other = freeze(examples[:-10], sides[:-10], manifest, datasets=desk.workspace.datasets)
    return {
        "freezing": lambda tell: freeze(
            examples, sides, manifest, out=folder / str(time.monotonic_ns()), progress=tell
        ),
        "leak report": lambda tell: between(examples, sides, True, tell),
        "public tests": lambda tell: against_benchmarks(examples, sides, tell=tell),
        "comparing": lambda tell: compare(one, other, tell),
        "finding a person": lambda tell: find_person(desk.workspace, "anna40@example.org", tell),
    }


def stopped(look: Callable[[Tell], object], after: float) -> float:
    """Seconds from the wish to stop until it has ended, `after` so many seconds."""
    wish = threading.Event()

    def tell(share: float) -> None:
        if wish.is_set():
            raise Cancelled

    def work() -> None:
        with contextlib.suppress(Cancelled):
            look(tell)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(after)
    began = time.monotonic()
    wish.set()
    thread.join()
    return time.monotonic() - began


def test_every_look_ends_when_it_is_told_to(
    desk: Desk, file: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    """By the clock, with what waits for a core on it."""
    with qtbot.waitSignal(desk.rested, timeout=3_000_000):
        desk.choose_file(file)
    print()
    late = {}
    for name, look in looks(desk, tmp_path).items():
        began = time.monotonic()
        look(lambda share: None)
        whole = time.monotonic() - began
        worst = max(stopped(look, share * whole) for share in (0.05, 0.3, 0.5, 0.7, 0.9))
        print(f"{name:24} takes {whole:6.1f} s, ends after {worst:.2f} s", flush=True)
        if worst > CANCEL:
            late[name] = worst
    assert not late
