"""The command that does the same, shown and copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ftstudio.ui.widgets.command_card import CommandCard


def test_a_command_is_shown_quoted_and_copied(qtbot: QtBot) -> None:
    card = CommandCard()
    qtbot.addWidget(card)
    assert card.isHidden()
    card.show_command(["ftstudio", "train", "/home/a b/job"])
    assert not card.isHidden()
    assert card.words() == "ftstudio train '/home/a b/job'"
    card._copy.click()
    assert QGuiApplication.clipboard().text() == card.words()


def test_long_texts_get_room_but_not_all_of_it(qtbot: QtBot) -> None:
    card = CommandCard()
    qtbot.addWidget(card)
    card.show_text("Copied", "line\n" * 5)
    five = card._text.height()
    card.show_text("Copied", "line\n" * 500)
    assert five < card._text.height() < 400
