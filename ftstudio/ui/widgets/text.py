"""Labels: words in a role, words that end in an ellipsis when short of room, and icons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ftstudio.ui.icons import paint_icon
from ftstudio.ui.theme import restyle


def text(s: str, role: str | None = None, wrap: bool = False) -> QLabel:
    """A plain-text label; `role` is one of those in the style sheet."""
    label = QLabel(s)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    if wrap:
        label.setWordWrap(True)
    return label


class FieldLabel(QLabel):
    """The name of a field: a click on it goes there, as its key does."""

    def __init__(self, s: str, field: QWidget, role: str | None = None) -> None:
        super().__init__(s)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setBuddy(field)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        buddy = self.buddy()
        if buddy is not None and buddy.isEnabled():
            buddy.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)


class ElidedLabel(QLabel):
    """One line that ends in … when there is no room, with the whole text as tooltip."""

    def __init__(self, s: str = "", role: str | None = None, parent: QWidget | None = None,
                 mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:  # fmt: skip
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._full = ""
        self._trailing = False
        self._mode = mode
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)
        self.setText(s)

    def setText(self, s: str) -> None:
        self._full = " ".join(s.split())
        self.setAccessibleName(self._full)
        self.updateGeometry()
        self._elide()

    def set_trailing(self) -> None:
        """Stand at the end of the line: a label follows its text's direction, not the layout's."""
        self._trailing = True
        self._align()

    def full_text(self) -> str:
        return self._full

    def set_role(self, role: str) -> None:
        restyle(self, "role", role)
        self._elide()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        width = self.fontMetrics().horizontalAdvance(self._full) + 2
        return QSize(width, max(hint.height(), self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()
        elif event.type() == QEvent.Type.LayoutDirectionChange and self._trailing:
            self._align()

    def _align(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)

    def _elide(self) -> None:
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self._full, self._mode, max(room, 0))
        if shown != super().text():
            super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class IconLabel(QWidget):
    """An icon that stands beside words; it says nothing to a screen reader."""

    def __init__(self, name: str, token: str = "muted", size: int = 18,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._name = name
        self._token = token
        self._side = size
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_icon(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, QRectF(0, 0, self._side, self._side), self._name, self._token)
        painter.end()
