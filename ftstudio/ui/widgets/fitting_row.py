"""Widgets side by side, of which only as many are shown as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget


class FittingRow(QWidget):
    """The first ones stay; it never makes the page wider than the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._members: list[QWidget] = []

    def add(self, widget: QWidget) -> None:
        self._members.append(widget)
        self._row.insertWidget(len(self._members) - 1, widget)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """As if all were shown."""
        hints = [widget.sizeHint() for widget in self._members]
        spaces = self._row.spacing() * max(0, len(hints) - 1)
        tallest = max((hint.height() for hint in hints), default=0)
        return QSize(sum(hint.width() for hint in hints) + spaces, tallest)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width()
        for widget in self._members:
            wanted = widget.sizeHint().width()
            widget.setVisible(wanted <= room)
            room = room - wanted - self._row.spacing() if wanted <= room else 0
