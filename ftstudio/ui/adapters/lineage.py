"""Where an adapter comes from: data and base model, the run, the adapter; each box opens its
thing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from ftstudio.ui import theme
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel


class LineageBox(Card):
    """An icon, a name, one fact. Opens something where `key` is not empty."""

    opened = Signal(str)

    def __init__(self, icon: str, accent: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="accent" if accent else "", margin=10, spacing=2)
        self.key = ""
        self._name = ElidedLabel("", "h3")
        self._fact = ElidedLabel("", "small")
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.addWidget(IconLabel(icon, "accent" if accent else "muted", 18), 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._fact, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.setMinimumWidth(120)

    def show_thing(self, name: str, fact: str, key: str = "") -> None:
        self._name.setText(name)
        self._fact.setText(fact)
        self.key = key
        self.setAccessibleName(f"{name}, {fact}")
        theme.restyle(self, "clickable", bool(key))
        self.setCursor(Qt.CursorShape.PointingHandCursor if key else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if key else Qt.FocusPolicy.NoFocus)

    def mouseReleaseEvent(self, event: QEvent) -> None:
        if self.key:
            self.opened.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.opened.emit(self.key)
        else:
            super().keyPressEvent(event)


class Lineage(QFrame):
    """Data above base at the left, the run in the middle, the adapter at the right."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = LineageBox("database")
        self.base = LineageBox("package")
        self.run = LineageBox("activity")
        self.result = LineageBox("layers", accent=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(36)
        grid.setVerticalSpacing(10)
        grid.addWidget(self.data, 0, 0)
        grid.addWidget(self.base, 1, 0)
        grid.addLayout(_middle(self.run), 0, 1, 2, 1)
        grid.addLayout(_middle(self.result), 0, 2, 2, 1)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        for box in (self.data, self.base, self.run, self.result):
            box.opened.connect(self.opened)
        theme.ThemeWatcher(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for start, end in (
            (self.data, self.run), (self.base, self.run), (self.run, self.result),
        ):  # fmt: skip
            if not start.isHidden() and not end.isHidden():
                _arrow(painter, _side(self, start, end), _side(self, end, start))
        painter.end()


def _middle(box: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.addStretch(1)
    column.addWidget(box)
    column.addStretch(1)
    return column


def _side(frame: QWidget, box: QWidget, towards: QWidget) -> QPointF:
    """The middle of the edge that faces the other box, in a mirrored layout too."""
    place = box.geometry()
    left = place.center().x() > towards.geometry().center().x()
    return QPointF(place.left() if left else place.right() + 1, place.center().y())


def _arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
    painter.setPen(QPen(theme.color("border_strong"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    way = 1 if end.x() > start.x() else -1
    middle = (start.x() + end.x()) / 2
    path = QPainterPath(start)
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    painter.drawPath(path)
    painter.setBrush(theme.color("border_strong"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF([
        end, QPointF(end.x() - 7 * way, end.y() - 4), QPointF(end.x() - 7 * way, end.y() + 4),
    ]))  # fmt: skip
