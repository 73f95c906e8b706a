"""A list whose rows are painted as cards: title, lines, a chip, a figure, maybe a progress bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ftstudio.ui import theme

_PAD = 16
_GAP = 10  # between two cards
_LINE = 22
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class CardRow:
    """What one card says. `key` is what `chosen` brings back."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    chip: str = ""
    tone: str = "neutral"
    note: str = ""  # at the right of the last line
    progress: float | None = None  # 0 to 1

    def spoken(self) -> str:
        return ", ".join(part for part in (self.title, self.chip, *self.lines, self.note) if part)


class _Rows(QAbstractListModel):
    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.rows: list[CardRow] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken() if role == Qt.ItemDataRole.AccessibleTextRole else row.title
        return None

    def replace(self, rows: list[CardRow]) -> None:
        if [row.key for row in rows] == [row.key for row in self.rows]:
            for at, (old, new) in enumerate(zip(self.rows, rows, strict=True)):
                if old != new:
                    self.rows[at] = new
                    self.dataChanged.emit(self.index(at), self.index(at))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row: CardRow = index.data(Qt.ItemDataRole.UserRole)
        bar = 14 if row.progress is not None else 0
        return QSize(200, 2 * 12 + 24 + _LINE * len(row.lines) + bar + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: CardRow = index.data(Qt.ItemDataRole.UserRole)
        rect = QRectF(option.rect).adjusted(1, 1, -1, -_GAP - 1)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, rect, state)
        inner = rect.toRect().adjusted(_PAD, 11, -_PAD, -11)
        self._paint_words(painter, inner, row)
        if row.progress is not None:
            self._paint_bar(painter, inner, row.progress)
        painter.restore()

    def _paint_frame(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        edge = "accent" if chosen else "border_strong" if hover else "border"
        painter.setBrush(theme.color("surface"))
        painter.setPen(QPen(theme.color(edge), 2 if chosen else 1))
        painter.drawRoundedRect(rect, 12, 12)

    def _paint_words(self, painter: QPainter, inner: QRect, row: CardRow) -> None:
        used = self._paint_chip(painter, inner, row)
        top = QRect(inner.left(), inner.top(), inner.width() - used, 24)
        _paint_line(painter, top, row.title, theme.font(14, QFont.Weight.DemiBold), "text")
        small = theme.font(13)
        for number, words in enumerate(row.lines):
            place = QRect(inner.left(), inner.top() + 24 + number * _LINE, inner.width(), _LINE)
            if number == len(row.lines) - 1 and row.note:
                width = QFontMetrics(small).horizontalAdvance(row.note) + 4
                side = QRect(place.right() - width + 1, place.top(), width, _LINE)
                _paint_line(painter, side, row.note, small, "muted", Qt.AlignmentFlag.AlignRight)
                place.setWidth(place.width() - width - 12)
            _paint_line(painter, place, words, small, "muted")

    def _paint_chip(self, painter: QPainter, inner: QRect, row: CardRow) -> int:
        """Returns the width it took of the first line."""
        if not row.chip:
            return 0
        font = theme.font(12, QFont.Weight.DemiBold)
        width = QFontMetrics(font).horizontalAdvance(row.chip) + 24
        rect = QRectF(inner.right() - width + 1, inner.top() + 1, width, 22)
        ground = "surface2" if row.tone == "neutral" else f"{row.tone}_soft"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(rect, 11, 11)
        painter.setFont(font)
        painter.setPen(theme.color("muted" if row.tone == "neutral" else row.tone))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, row.chip)
        return width + 10

    def _paint_bar(self, painter: QPainter, inner: QRect, share: float) -> None:
        groove = QRectF(inner.left(), inner.bottom() - 6, inner.width(), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface2"))
        painter.drawRoundedRect(groove, 3, 3)
        groove.setWidth(max(6.0, groove.width() * min(1.0, share)))
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(groove, 3, 3)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView,
                  option: QStyleOptionViewItem, index: _Index) -> bool:  # fmt: skip
        if index.isValid():
            row: CardRow = index.data(Qt.ItemDataRole.UserRole)
            QToolTip.showText(event.globalPos(), row.spoken().replace(", ", "\n"), view)
        return True


def _paint_line(painter: QPainter, place: QRect, words: str, font: QFont, token: str,
                align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:  # fmt: skip
    painter.setFont(font)
    painter.setPen(QColor(theme.color(token)))
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, shown)


class CardList(QListView):
    """Arrows move, Enter or a click chooses; keeps its place when rows are renewed."""

    chosen = Signal(str)  # clicked, or Enter pressed
    moved = Signal(str)  # the current card changed

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Rows(self)
        self.setModel(self._rows)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(name)
        self.setProperty("bare", True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._on_picked)
        self.activated.connect(self._on_picked)
        self.selectionModel().currentChanged.connect(self._on_moved)
        theme.ThemeWatcher(self.viewport())

    def rows(self) -> list[CardRow]:
        return self._rows.rows

    def set_rows(self, rows: list[CardRow]) -> None:
        key = self.current_key()
        self._rows.replace(rows)
        if key and self.current_key() != key:
            self.select(key)

    def current_key(self) -> str:
        index = self.currentIndex()
        return self._rows.rows[index.row()].key if index.isValid() else ""

    def select(self, key: str) -> bool:
        for at, row in enumerate(self._rows.rows):
            if row.key == key:
                self.setCurrentIndex(self._rows.index(at))
                return True
        return False

    def _on_picked(self, index: QModelIndex) -> None:
        self.chosen.emit(self._rows.rows[index.row()].key)

    def _on_moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.moved.emit(self._rows.rows[current.row()].key)
