"""As many as there is room for, the first ones first; it never asks for more."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ftstudio.ui.widgets.fitting_row import FittingRow


def test_what_has_no_room_is_left_out(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    row, around = FittingRow(), QHBoxLayout(page)
    around.setContentsMargins(0, 0, 0, 0)
    around.addWidget(row, 1)
    labels = [QLabel(f"a name of a file {n}.csv") for n in range(5)]
    for label in labels:
        label.setFixedWidth(150)
        row.add(label)
    page.resize(500, 40)
    page.show()
    assert page.width() == 500
    assert [label.isVisible() for label in labels] == [True, True, True, False, False]
    page.resize(1000, 40)
    qtbot.waitUntil(lambda: all(label.isVisible() for label in labels), timeout=5_000)
    page.resize(100, 40)
    qtbot.waitUntil(lambda: not any(label.isVisible() for label in labels), timeout=5_000)
