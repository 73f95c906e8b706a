"""One figure on the scale of the card's memory, with a tick where the free memory ends."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.ui.theme import ThemeWatcher, color
from ftstudio.ui.widgets.trough import hatch, tick, trough

_BAR, _HEIGHT = 10, 18


class NeedBar(QWidget):
    def __init__(self, need: int, free: int, scale: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ThemeWatcher(self)
        self.need, self.free, self.scale = need, free, max(scale, need, free, 1)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            self.tr("{need} of {free} free").format(
                need=format_bytes(need), free=format_bytes(free)
            )
        )
        self.setAccessibleName(self.toolTip())

    def sizeHint(self) -> QSize:
        return QSize(180, _HEIGHT)

    @property
    def too_long(self) -> bool:
        return self.need > self.free

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with trough(self, _BAR) as painter:
            painter.fillRect(self._span(0, self.need), color("bad" if self.too_long else "accent"))
            if self.too_long:
                hatch(painter, self._span(self.free, self.need))
            tick(painter, min(self.width() - 2.0, max(2.0, self._x(self.free))), "text")

    def _span(self, start: int, end: int) -> QRectF:
        left, right = sorted((self._x(start), self._x(end)))
        return QRectF(left, 0, right - left, _HEIGHT)

    def _x(self, count: int) -> float:
        at = self.width() * count / self.scale
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return self.width() - at if mirrored else at
