"""Widgets that only garbage holds are deleted on the window's thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ftstudio.ui.bridge.background import Cancel, run, wait_all
from ftstudio.ui.bridge.collector import Collector, spare_large_data


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftstudio.ui.bridge.collector._EVERY_MS", 5)


def _leave_a_circle(ends: list[threading.Thread]) -> None:
    """A QObject that nobody holds but itself. With a timer in it, it would be a crash."""
    lost = QObject()
    lost.itself = lost  # type: ignore[attr-defined]
    weakref.finalize(lost, lambda: ends.append(threading.current_thread()))


def _allocate_much() -> None:
    for _ in range(50_000):
        circle: list[object] = []
        circle.append(circle)


def test_no_other_thread_ever_collects(qtbot: QtBot, often: None) -> None:
    collector, ends, passes = Collector(), [], set()
    gc.callbacks.append(note := lambda phase, info: passes.add(threading.current_thread()))
    collector.start()
    try:
        for _ in range(5):
            _leave_a_circle(ends)
            thread = threading.Thread(target=_allocate_much)
            thread.start()
            while thread.is_alive():
                time.sleep(0.001)  # and the window's thread lets it
        assert not ends
        qtbot.waitUntil(lambda: len(ends) == 5)
    finally:
        gc.callbacks.remove(note)
        collector.stop()
        gc.disable()  # as it was: the tests' own collector is at work
    assert passes == {threading.main_thread()}
    assert set(ends) == {threading.main_thread()}


def test_stopped_it_leaves_the_work_to_python(qtbot: QtBot) -> None:
    collector, ends = Collector(), []
    collector.start()
    assert not gc.isenabled()
    _leave_a_circle(ends)
    collector.stop()
    try:
        assert ends == [threading.main_thread()]
        assert gc.isenabled()
    finally:
        gc.disable()


def test_little_garbage_waits(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, often: None) -> None:
    gc.collect()
    collector, passes = Collector(), []
    gc.callbacks.append(note := lambda phase, info: passes.append(info["generation"]))
    monkeypatch.setattr(gc, "get_count", lambda: (700, 10, 10))
    collector.start()
    try:
        qtbot.wait(40)
        assert passes == []
        monkeypatch.setattr(gc, "get_count", lambda: (701, 11, 10))
        qtbot.waitUntil(lambda: bool(passes))
        assert set(passes) == {1}
    finally:
        gc.callbacks.remove(note)
        collector._timer.stop()


def test_large_data_is_looked_at_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, often: None
) -> None:
    collector, passes, owner = Collector(), [], QObject()
    circle: list[object] = []
    circle.append(circle)
    gc.callbacks.append(note := lambda phase, info: passes.append(info["generation"]))
    monkeypatch.setattr(gc, "get_count", lambda: (701, 11, 11))
    spare_large_data(owner)
    try:
        collector.start()
        qtbot.waitUntil(lambda: len(passes) >= 4)
        assert max(passes) < 2
        assert not any(one is circle for one in gc.get_objects())  # set aside
        owner.deleteLater()
        qtbot.waitUntil(lambda: 2 in passes)
        assert any(one is circle for one in gc.get_objects())
    finally:
        gc.callbacks.remove(note)
        collector._timer.stop()
        circle.clear()


def test_nothing_is_looked_at_while_a_thread_makes_large_data(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, often: None
) -> None:
    collector, passes, owner, go_on = Collector(), [], QObject(), threading.Event()
    gc.callbacks.append(note := lambda phase, info: passes.append(info["generation"]))
    monkeypatch.setattr(gc, "get_count", lambda: (701, 11, 11))
    spare_large_data(owner)
    made: list[list[str]] = []

    def work(cancel: Cancel) -> None:
        made.append(["a text"])
        go_on.wait(60)

    try:
        task = run(owner, work, lambda nothing: None)
        collector.start()
        qtbot.waitUntil(lambda: bool(made) and not any(one is made for one in gc.get_objects()))
        assert not passes  # set aside, unlooked
        go_on.set()
        qtbot.waitUntil(lambda: not task.is_running() and bool(passes))
        assert max(passes) < 2
    finally:
        gc.callbacks.remove(note)
        collector._timer.stop()
        go_on.set()
        owner.deleteLater()
        qtbot.waitUntil(lambda: wait_all(0))
