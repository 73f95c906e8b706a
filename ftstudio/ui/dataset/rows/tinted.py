"""A rounded frame painted from two colour tokens, so that it follows the theme by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from ftstudio.ui.theme import ThemeWatcher, color


class Tinted(QFrame):
    """`edge` empty: no border. `bar` paints a thick edge at the reading side in that token."""

    def __init__(
        self,
        fill: str,
        edge: str = "",
        bar: str = "",
        radius: float = 10,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fill, self._edge, self._bar, self._radius = fill, edge, bar, radius
        ThemeWatcher(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(color(self._edge or self._fill), 1))
        painter.setBrush(color(self._fill))
        painter.drawRoundedRect(area, self._radius, self._radius)
        if self._bar:
            painter.setPen(QPen(color(self._bar), 0))
            painter.setBrush(color(self._bar))
            left = area.left() if self.layoutDirection().name == "LeftToRight" else area.right() - 4
            painter.drawRoundedRect(QRectF(left, area.top(), 4, area.height()), 2, 2)
