"""What all dialogs about data do alike: keys, focus, what is under way, what went wrong."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from ftstudio.core.errors import StudioError
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame


class Asking(DialogFrame):
    def __init__(self) -> None:
        super().__init__(None, 500, 300)
        self.set_head("A title", "term", "A sentence.")
        self.field = QLineEdit("words")
        self.body.addWidget(self.field)
        self.pressed = 0
        self.set_main("Do it")
        self.focus_first(self.field)

    def do_main(self) -> None:
        self.pressed += 1


@pytest.fixture
def asking(qtbot):
    dialog = Asking()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_the_keys_go_to_the_first_field_and_enter_does_it(asking):
    assert asking.focusWidget() is asking.field
    QTest.keyClick(asking.field, Qt.Key.Key_Return)
    assert asking.pressed == 1
    QTest.keyClick(asking, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asking.pressed == 2


def test_what_is_missing_is_said_and_not_done(asking):
    asking.allow(False, "A name is missing.")
    QTest.keyClick(asking.field, Qt.Key.Key_Return)
    assert asking.pressed == 0
    assert asking.main_button.isEnabled()  # it stays in the order of Tab
    assert asking.main_button.accessibleDescription() == "A name is missing."
    QTest.keyClick(asking, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asking.focusWidget() is asking.main_button
    asking.allow(True)
    assert not asking.main_button.accessibleDescription()


def test_escape_ends_what_is_under_way(qtbot, asking):
    going, told = threading.Event(), []

    def work(cancel):
        going.set()
        while not cancel():
            threading.Event().wait(0.01)
        return 1

    asking.start(work, told.append, "Working", (asking.field,))
    qtbot.waitUntil(going.is_set)
    assert asking.busy
    assert not asking.field.isEnabled()
    assert asking.meter.isVisible()
    QTest.keyClick(asking, Qt.Key.Key_Escape)
    assert not asking.isVisible()
    qtbot.wait(50)
    assert told == []


def test_what_must_finish_is_let_finish_and_the_keys_come_back(qtbot, asking):
    go_on, told = threading.Event(), []
    asking.start(lambda cancel: go_on.wait(120), told.append, "Erasing", (asking.field,),
                 must_finish=True)  # fmt: skip
    QTest.keyClick(asking, Qt.Key.Key_Escape)
    assert asking.isVisible()
    assert "can't be cut short" in asking.notice.message()
    go_on.set()
    qtbot.waitUntil(lambda: told == [True])
    assert asking.field.isEnabled()
    assert asking.focusWidget() is asking.field
    assert asking.meter.isHidden()
    QTest.keyClick(asking, Qt.Key.Key_Escape)
    assert not asking.isVisible()


def test_an_error_is_told_in_the_dialog(qtbot, asking):
    def work(cancel):
        raise StudioError("It broke.", "The disk is full.", "Make room.", code="full")

    asking.start(work, lambda _: None, "Working")
    qtbot.waitUntil(lambda: "The disk is full" in asking.notice.message())
    assert not asking.busy
    assert not [one for one in asking.findChildren(QPushButton) if not one.isEnabled()]
