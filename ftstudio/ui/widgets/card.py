"""Cards and chips: the two shapes that carry most of what the window says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QVBoxLayout,
    QWidget,
)

from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import IconLabel, text


class Card(QFrame):
    """A surface with rounded corners; fill `body`."""

    def __init__(self, parent: QWidget | None = None, tone: str = "", margin: int = 20,
                 spacing: int = 10) -> None:  # fmt: skip
        super().__init__(parent)
        self.setProperty("card", True)
        if tone:
            self.setProperty("tone", tone)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(spacing)

    def set_tone(self, tone: str) -> None:
        restyle(self, "tone", tone)

    def add_title(self, title: str, icon: str = "") -> QHBoxLayout:
        """A row with icon and heading; what is added to the returned row stands at its end."""
        row = QHBoxLayout()
        row.setSpacing(10)
        if icon:
            row.addWidget(IconLabel(icon, "muted", 20))
        heading = text(title, "h2")
        heading.setMinimumHeight(24)  # as high as a row with a chip
        row.addWidget(heading)
        row.addStretch(1)
        self.body.addLayout(row)
        return row


class EnterButton(QAbstractButton):
    """Pressed by a click, Space or Enter; what it looks like is told by who takes it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)


class CardButton(EnterButton):
    """A card that is one big button: focusable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setProperty("clickable", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.end()


class Chip(QLabel):
    """One or two words on a tinted ground; the word carries the meaning, not the colour."""

    def __init__(self, s: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("chip", True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(s, tone)

    def set(self, s: str, tone: str = "neutral") -> None:
        self.setText(s)
        restyle(self, "tone", tone)
        if self.parent() is not None:
            self.setVisible(bool(s))


def line(upright: bool = False) -> QFrame:
    """A hairline between two groups."""
    result = QFrame()
    result.setProperty("line", "upright" if upright else True)
    return result
