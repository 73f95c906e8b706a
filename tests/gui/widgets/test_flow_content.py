"""A scroll area around wrapped texts is as high as they are, not as a guess of theirs."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ftstudio.ui.widgets.flow_content import FlowContent
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.text import text


def scroll_range(content: QWidget, qtbot: QtBot) -> int:
    column = QVBoxLayout(content)
    for _ in range(6):
        column.addWidget(text("A few words that fit on one line of a wide page. " * 2, None, True))
    area = PageArea(content)
    qtbot.addWidget(area)
    area.resize(1200, 260)
    area.show()
    qtbot.waitExposed(area)
    return area.verticalScrollBar().maximum()


def test_no_bar_where_everything_fits(qtbot: QtBot) -> None:
    assert scroll_range(FlowContent(), qtbot) == 0
