"""One of the four answers at the top of the review: an icon, a figure, and what it means."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

_PRESSED = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class AnswerCard(Card):
    """One that explains itself is `clicked`, by the mouse or by Space and Enter."""

    clicked = Signal()

    def __init__(self, icon: str, title: str, parent: QWidget | None = None,
                 explains: str = "") -> None:  # fmt: skip
        super().__init__(parent, margin=16, spacing=4)
        self._title = title
        self._explains = explains
        if explains:
            self.setToolTip(explains)
            self.setProperty("clickable", True)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel(icon, "muted", 16))
        name = ElidedLabel(title, "small")
        row.addWidget(name, 1)
        self._chip = Chip("", "neutral")
        row.addWidget(self._chip)
        self.body.addLayout(row)
        self.figure = ElidedLabel("", "display")
        self.words = text("", "small", wrap=True)  # what it means is never cut
        self.body.addWidget(self.figure)
        self.body.addWidget(self.words)
        self.body.addStretch(1)
        if explains:
            row.insertWidget(2, IconLabel("info", "faint", 14))

    def set(self, figure: str, words: str, chip: str, tone: str) -> None:
        self.figure.setText(figure)
        self.words.setText(words)
        self._chip.set(chip, tone)
        self.setAccessibleName(f"{self._title}: {figure}, {words}, {chip}")
        self.setAccessibleDescription(self._explains)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._explains and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._explains and event.key() in _PRESSED and not event.modifiers():
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
