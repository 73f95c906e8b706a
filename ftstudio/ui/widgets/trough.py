"""How a bar of memory is painted: a rounded trough, stripes beyond what is free, a tick there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from ftstudio.ui.theme import color


@contextmanager
def trough(bar: QWidget, thick: int) -> Iterator[QPainter]:
    """A painter over the empty trough in the bar's middle; what is filled stays inside of it."""
    painter = QPainter(bar)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    full = QRectF(0, (bar.height() - thick) / 2, bar.width(), thick)
    clip = QPainterPath()
    clip.addRoundedRect(full, thick / 2, thick / 2)
    painter.setClipPath(clip)
    painter.fillRect(full, color("surface2"))
    yield painter
    painter.end()


def hatch(painter: QPainter, area: QRectF) -> None:
    """What is more than there is."""
    painter.fillRect(area, QBrush(color("surface"), Qt.BrushStyle.BDiagPattern))


def tick(painter: QPainter, at: float, tone: str) -> None:
    """Where the free memory ends, over the trough's edges too."""
    painter.setClipping(False)
    pen = QPen(color(tone), 3)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(at, 2), QPointF(at, painter.device().height() - 2))
