"""The row of steps above a wizard's page: where one is, what is done, what can be gone back to."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ftstudio.ui.icons import paint_icon
from ftstudio.ui.theme import color, font

_CIRCLE = 26
_GAP = 8


class _StepButton(QAbstractButton):
    """A number or a tick in a circle, and the step's name. State: done, now or later."""

    def __init__(self, index: int, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self._index = index
        self._state = "later"
        self._named = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, state: str, open_to: bool, count: int) -> None:
        self._state = state
        self.setEnabled(open_to)
        self.setCursor(Qt.CursorShape.PointingHandCursor if open_to else Qt.CursorShape.ArrowCursor)
        words = {"done": self.tr("done"), "now": self.tr("this step"), "later": self.tr("to come")}
        name = self.tr("Step {index} of {count}: {title}, {state}")
        self.setAccessibleName(
            name.format(index=self._index + 1, count=count, title=self.text(), state=words[state])
        )
        self.updateGeometry()
        self.update()

    def set_named(self, named: bool) -> None:
        """Without room only the current step keeps its name beside the circle."""
        self._named = named
        self.setToolTip("" if named else self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not (self._named or self._state == "now"):
            return QSize(_CIRCLE + 4, _CIRCLE + 4)
        return QSize(_CIRCLE + _GAP + self.full_width() + 6, _CIRCLE + 4)

    def full_width(self) -> int:
        return QFontMetrics(font(14, QFont.Weight.DemiBold)).horizontalAdvance(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - _CIRCLE - 2 if rtl else 2
        circle = QRectF(left, 2, _CIRCLE, _CIRCLE)
        now = self._state == "now"
        ground = {"done": "ok_soft", "now": "accent", "later": "surface2"}[self._state]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(ground))
        painter.drawEllipse(circle)
        if self._state == "done":
            paint_icon(painter, circle.adjusted(6, 6, -6, -6), "check", "ok")
        else:
            painter.setFont(font(14, QFont.Weight.DemiBold))
            painter.setPen(color("on_accent" if now else "muted"))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._index + 1))
        if self._named or now:
            self._paint_name(painter, rtl, now)
        if self.property("kbfocus"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _paint_name(self, painter: QPainter, rtl: bool, now: bool) -> None:
        shift = _CIRCLE + _GAP
        area = self.rect().adjusted(*((0, 0, -shift, 0) if rtl else (shift, 0, 0, 0)))
        painter.setFont(font(14, QFont.Weight.DemiBold if now else QFont.Weight.Medium))
        painter.setPen(color("muted" if self._state == "later" else "text"))
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, self.text())


class _Link(QWidget):
    """The hairline between two steps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumWidth(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(3)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setPen(QPen(color("border"), 1))
        painter.drawLine(QPointF(0, 1.5), QPointF(self.width(), 1.5))
        painter.end()


class Stepper(QWidget):
    """`chosen` carries the index (from 0) of a step that was clicked."""

    chosen = Signal(int)

    def __init__(self, titles: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[_StepButton] = []
        self.current = 0
        self.reachable = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for index, title in enumerate(titles):
            if index:
                row.addWidget(_Link(self), 1)
            step = _StepButton(index, title, self)
            step.clicked.connect(self._on_clicked)
            self._buttons.append(step)
            row.addWidget(step)
        self.set_state(0, 0)

    def set_state(self, current: int, reachable: int) -> None:
        """`reachable` is the last step that may be gone to."""
        self.current, self.reachable = current, max(current, reachable)
        for index, step in enumerate(self._buttons):
            done = index != current and (index < current or index < self.reachable)
            state = "now" if index == current else "done" if done else "later"
            step.set_state(state, index <= self.reachable, len(self._buttons))
        self._fit()

    def go_to(self, index: int) -> None:
        """Ask for a step, as a click on it does; out of reach is ignored."""
        if 0 <= index <= self.reachable and index != self.current:
            self.chosen.emit(index)

    def minimumSizeHint(self) -> QSize:
        widest = max((b.full_width() for b in self._buttons), default=0)
        return QSize(len(self._buttons) * (_CIRCLE + 32) + widest, _CIRCLE + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        need = sum(b.full_width() + _CIRCLE + _GAP + 6 + 24 for b in self._buttons)
        for step in self._buttons:
            step.set_named(need <= self.width())

    def _on_clicked(self) -> None:
        sender = self.sender()
        for index, step in enumerate(self._buttons):
            if step is sender:
                self.go_to(index)
