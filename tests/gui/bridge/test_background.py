"""Slow calls end on the window's thread, or not at all."""

from __future__ import annotations

import sys
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ftstudio.core.errors import StudioError
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel

LONG = 120  # seconds, on a machine that others share


def test_result_comes_back_on_the_windows_thread(qtbot: QtBot) -> None:
    owner, seen = QObject(), []
    background.run(
        owner,
        lambda cancel: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != "MainThread"
    assert seen[0][1] is threading.main_thread()


def test_expected_failures_go_to_failed(qtbot: QtBot) -> None:
    owner, seen = QObject(), []
    error = StudioError("What.", "Why.", "Remedy.")

    def work(cancel: Cancel) -> None:
        raise error

    background.run(owner, work, lambda result: seen.append("done"), seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [error]


@pytest.mark.parametrize("error", [ValueError("ours"), StudioError("a", "b", "c")])
def test_what_nobody_expects_goes_to_the_crash_hook(
    error: Exception, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, trace: caught.append(value))

    def work(cancel: Cancel) -> None:
        raise error

    owner = QObject()
    background.run(owner, work, lambda result: None)
    qtbot.waitUntil(lambda: bool(caught))
    assert caught == [error]


def test_nothing_is_called_once_the_owner_is_gone(qtbot: QtBot) -> None:
    owner, seen, go_on = QObject(), [], threading.Event()
    task = background.run(owner, lambda cancel: go_on.wait(LONG), seen.append)
    owner.deleteLater()
    qtbot.wait(10)
    go_on.set()
    task.thread.join(LONG)
    qtbot.wait(30)
    assert seen == []


def test_cancelled_work_stops_and_stays_silent(qtbot: QtBot) -> None:
    owner, seen = QObject(), []

    def work(cancel: Cancel) -> None:
        while True:
            cancel.check()
            time.sleep(0.002)

    task = background.run(owner, work, seen.append, seen.append)
    task.cancel()
    task.thread.join(LONG)
    assert not task.is_running()
    qtbot.wait(20)
    assert seen == []


def test_progress_is_thinned_out_but_ends_at_one(qtbot: QtBot) -> None:
    owner, fractions, done = QObject(), [], []

    def work(cancel: Cancel) -> str:
        for step in range(1, 1001):
            cancel.report(step / 1000)
        return "end"

    background.run(owner, work, done.append, progress=fractions.append)
    qtbot.waitUntil(lambda: bool(done))
    assert fractions[-1] == 1.0
    assert len(fractions) < 100


@pytest.mark.parametrize("error", [None, ValueError("odd"), StudioError("It", "is", "so.")])
def test_the_end_is_told_whatever_the_work_came_to(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    monkeypatch.setattr(sys, "excepthook", lambda *info: None)
    owner, ends = QObject(), []

    def work(cancel: Cancel) -> None:
        if error is not None:
            raise error

    background.run(owner, work, lambda r: None, lambda e: None, ended=lambda: ends.append(1))
    qtbot.waitUntil(lambda: ends == [1])


def test_what_the_work_holds_is_let_go_on_the_windows_thread(qtbot: QtBot) -> None:
    owner, go_on = QObject(), threading.Event()
    ends: list[threading.Thread] = []

    def start() -> None:
        held = QObject()
        weakref.finalize(held, lambda: ends.append(threading.current_thread()))

        def work(cancel: Cancel) -> str:
            go_on.wait(LONG)
            return held.objectName()

        background.run(owner, work, lambda name: None)

    start()
    assert not ends  # only the call holds it
    go_on.set()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [threading.main_thread()]


def test_a_busy_thread_hands_python_over_within_a_millisecond() -> None:
    before = sys.getswitchinterval()
    try:
        background.keep_turns_short()
        assert sys.getswitchinterval() <= 0.001
    finally:
        sys.setswitchinterval(before)


def test_work_that_tells_its_end_again_and_again_does_not_flood_the_window(qtbot: QtBot) -> None:
    owner, done, fractions = QObject(), [], []

    def work(cancel: Cancel) -> str:
        for _ in range(5000):
            cancel.report(1.0)
        return "end"

    background.run(owner, work, done.append, progress=fractions.append)
    qtbot.waitUntil(lambda: bool(done))
    assert fractions[0] == 1.0
    assert len(fractions) < 100
