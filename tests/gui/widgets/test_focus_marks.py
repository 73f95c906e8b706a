"""The focus ring shows for the keyboard and not for the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ftstudio.ui.widgets.focus_marks import FocusMarks


def test_ring_comes_with_tab_and_goes_with_the_mouse(qapp: QApplication, qtbot: QtBot) -> None:
    marks = FocusMarks(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    one, two = QPushButton("One"), QPushButton("Two")
    column.addWidget(one)
    column.addWidget(two)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    one.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not one.property("kbfocus")
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert two.hasFocus()
    assert two.property("kbfocus") is True
    plain = two.size()
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
    assert two.property("kbfocus") is False
    assert not one.property("kbfocus")
    assert two.size() == plain
    qapp.focusChanged.disconnect(marks._on_focus_changed)
    marks.deleteLater()
