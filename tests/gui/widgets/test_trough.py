"""Bars of memory are painted alike: in a rounded trough, striped and ticked beyond the limit."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ftstudio.ui.monitor.need_bar import NeedBar
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.memory_bar import MemoryBar

GB = 10**9
MIDDLE = 9


def painted(qtbot: QtBot, bar: QWidget) -> QImage:
    qtbot.addWidget(bar)
    bar.resize(240, bar.height())
    return bar.grab().toImage().scaled(240, bar.height())


def colours(image: QImage, start: int, end: int) -> set[str]:
    return {QColor(image.pixel(x, MIDDLE)).name() for x in range(start, end)}


@pytest.mark.parametrize("kind", ["need", "parts"])
def test_what_is_more_than_is_free_is_striped_behind_a_tick(qtbot: QtBot, kind: str) -> None:
    def bar(need: int) -> QWidget:
        if kind == "need":
            return NeedBar(need * GB, 12 * GB, 24 * GB)
        return MemoryBar({"model": need * GB}, 12 * GB, 24 * GB)

    tone = color("accent" if kind == "need" else "mem_model").name()
    fits = painted(qtbot, bar(6))
    assert colours(fits, 20, 50) == {tone}
    assert colours(fits, 70, 110) == colours(fits, 150, 220) == {color("surface2").name()}
    assert QColor(fits.pixel(120, 3)).name() == color("text").name()  # above the trough's edge
    assert QColor(fits.pixel(0, MIDDLE - 4)).name() != tone  # rounded

    beyond = painted(qtbot, bar(18))
    assert len(colours(beyond, 20, 110)) == 1
    assert color("surface").name() in colours(beyond, 130, 170)
    assert colours(beyond, 190, 220) == {color("surface2").name()}
