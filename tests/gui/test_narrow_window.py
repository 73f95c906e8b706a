"""In the smallest window no place and no page of a wizard scrolls sideways; only tables may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QPlainTextEdit,
    QTextEdit,
)
from pytestqt.qtbot import QtBot

from ftstudio.ui.dataset.data_place import DataPlace
from ftstudio.ui.main_window import MainWindow
from ftstudio.ui.studio import Studio

_INSIDE = (QAbstractItemView, QTextEdit, QPlainTextEdit)  # these may scroll inside themselves


@pytest.fixture
def window(studio: Studio, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(studio)
    qtbot.addWidget(made)
    made.resize(made.minimumSize())
    made.show()
    yield made
    made.poll.stop()
    made.studio.settings.told_about_closing = True


def sideways(window: MainWindow) -> dict[str, int]:
    """What scrolls sideways once all layouts are done, and how far."""
    for _ in range(5):
        QApplication.processEvents()
    window.grab()
    return {
        type(area).__name__: area.horizontalScrollBar().maximum()
        for area in window.findChildren(QAbstractScrollArea)
        if area.isVisible() and not isinstance(area, _INSIDE)
        and area.horizontalScrollBar().maximum()
    }  # fmt: skip


@pytest.mark.parametrize("place", ["home", "data", "train", "runs", "play", "adapters"])
def test_no_place_scrolls_sideways(window: MainWindow, place: str) -> None:
    window.go(place)
    assert (window.width(), window.height()) == (760, 560)
    assert sideways(window) == {}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of tables, of which one can be chosen: there all fields of the file page show."""
    folder = tmp_path / "Support questions of the last year"
    folder.mkdir()
    rows = [
        f"Where is parcel {i}?;It is on its way to town {i}.;none;Lamp {i % 3}" for i in range(9)
    ]
    words = "\n".join(["Question;Answer;Notes of the department;Product", *rows])
    for quarter in "1234":
        (folder / f"quarter {quarter}.csv").write_text(words, "utf-8")
    return folder


def test_no_page_of_the_data_wizard_scrolls_sideways(
    window: MainWindow, files: Path, qtbot: QtBot
) -> None:
    window.go("data", files)
    place = window.place("data")
    assert isinstance(place, DataPlace)
    qtbot.waitUntil(lambda: place.wizard is not None and place.wizard.desk.facts is not None)
    wizard = place.wizard
    assert wizard is not None
    told = {}
    for page in wizard.pages:
        qtbot.waitUntil(lambda: wizard.desk.resting and not wizard.desk.busy)
        wizard.go_to(page.key)
        assert wizard.page is page
        told[page.key] = sideways(window)
    assert {key: wide for key, wide in told.items() if wide} == {}
    assert len(told) == 5
    assert (window.width(), window.height()) == (760, 560)
