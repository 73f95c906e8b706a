"""The frame of both wizards: its buttons, its keys, its steps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ftstudio.ui.widgets.wizard_frame import WizardFrame


@pytest.fixture
def frame(qtbot: QtBot) -> WizardFrame:
    made = WizardFrame(["File", "Columns", "Clean", "Preview"])
    qtbot.addWidget(made)
    made.resize(1000, 600)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_main_button_says_what_is_missing(frame: WizardFrame, qtbot: QtBot) -> None:
    frame.set_primary("Say what “Rating” is", False, "The column Rating has no role")
    with qtbot.assertNotEmitted(frame.primary):
        qtbot.mouseClick(frame.primary_button, Qt.MouseButton.LeftButton)
        qtbot.keyClick(frame, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert frame.primary_button.isEnabled()  # it can be focused and read
    assert frame.primary_button.accessibleDescription() == "The column Rating has no role"
    frame.set_primary("Continue")
    with qtbot.waitSignal(frame.primary):
        qtbot.keyClick(frame, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert frame.primary_button.accessibleDescription() == ""


def test_escape_goes_back_unless_one_may_not(frame: WizardFrame, qtbot: QtBot) -> None:
    with qtbot.waitSignal(frame.back):
        qtbot.keyClick(frame, Qt.Key.Key_Escape)
    frame.back_button.setEnabled(False)
    with qtbot.assertNotEmitted(frame.back):
        qtbot.keyClick(frame, Qt.Key.Key_Escape)


def test_alt_number_goes_only_where_one_may(frame: WizardFrame, qtbot: QtBot) -> None:
    frame.stepper.set_state(2, 2)
    with qtbot.waitSignal(frame.step_chosen) as heard:
        qtbot.keyClick(frame, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert heard.args == [0]
    with qtbot.assertNotEmitted(frame.step_chosen):
        qtbot.keyClick(frame, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)


def test_pages_are_kept(frame: WizardFrame) -> None:
    one, two = QLabel("one"), QLabel("two")
    frame.set_page(one)
    frame.set_page(two)
    frame.set_page(one)
    assert frame.page() is one
    assert one.isVisible()


def test_steps_are_named_for_screen_readers(frame: WizardFrame) -> None:
    frame.stepper.set_state(1, 1)
    names = [
        b.accessibleName()
        for b in frame.stepper.findChildren(object)
        if hasattr(b, "accessibleName")
    ]
    words = [name for name in names if name.startswith("Step")]
    assert words == [
        "Step 1 of 4: File, done",
        "Step 2 of 4: Columns, this step",
        "Step 3 of 4: Clean, to come",
        "Step 4 of 4: Preview, to come",
    ]


def test_narrow_stepper_keeps_only_the_current_name(frame: WizardFrame) -> None:
    wide = frame.stepper.grab().toImage()
    frame.stepper.resize(260, 30)
    assert frame.stepper.minimumSizeHint().width() <= 330
    assert frame.stepper.grab().toImage() != wide


def test_what_concerns_the_buttons_stands_right_above_them(frame: WizardFrame) -> None:
    page, said = QLabel("page"), QLabel("it did not work")
    frame.set_page(page)
    frame.add_above_foot(said)
    said.show()
    frame.grab()
    area, foot = frame._pages.geometry(), frame.primary_button.geometry()
    assert area.bottom() < said.geometry().top()
    assert said.geometry().bottom() < foot.top()
