"""An empty place: what will be here, and the one action that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import IconLabel, text


class EmptyState(QFrame):
    action = Signal()

    def __init__(self, icon: str, title: str, body: str, action_text: str = "",
                 action_icon: str = "plus", parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setProperty("card", True)
        self.setProperty("tone", "dashed")
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 48, 32, 48)
        column.setSpacing(10)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(icon, "accent", 44), 0, center)
        heading = text(title, "h2")
        heading.setAlignment(center)
        column.addWidget(heading)
        words = text(body, "muted", wrap=True)
        words.setAlignment(center)
        column.addWidget(words)
        column.addSpacing(6)
        self.button = button(action_text, "primary", action_icon)
        self.button.clicked.connect(self.action)
        self.button.setVisible(bool(action_text))
        column.addWidget(self.button, 0, center)


def on_top(part: QWidget) -> QWidget:
    """The part at the upper edge of a page instead of its middle."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(part)
    column.addStretch(1)
    return page
