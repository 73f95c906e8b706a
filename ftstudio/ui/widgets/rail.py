"""The rail at the window's side: the places, the running job, the theme and the settings."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ftstudio.ui.icons import icon, paint_icon
from ftstudio.ui.theme import color, font, restyle
from ftstudio.ui.widgets.card import CardButton
from ftstudio.ui.widgets.meter import Bar
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

WIDE = 208
NARROW = 64
_ROW = 41
_GAP = 4
_ICON = 20
_KEY = Qt.ItemDataRole.UserRole
_ICON_NAME = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class _PlacePainter(QStyledItemDelegate):
    """Draws one place: icon and name on a rounded ground, in the accent when chosen."""

    def __init__(self, view: NavList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        del option, index
        return QSize(40, _ROW + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRect(option.rect).adjusted(0, 0, 0, -_GAP)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_soft" if chosen else "surface2"))
            painter.drawRoundedRect(area, 8, 8)
        if chosen and self._view.property("kbfocus"):
            painter.setPen(color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 8, 8)
        token = "accent" if chosen else "text" if hover else "muted"
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        self._paint_words(painter, area, str(index.data()), index.data(_ICON_NAME), token, rtl)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect, words: str, icon_name: str,
                     token: str, rtl: bool) -> None:  # fmt: skip
        compact = self._view.compact
        x = area.center().x() - _ICON / 2 + 0.5 if compact else area.left() + 14.0
        if rtl and not compact:
            x = area.right() - 14.0 - _ICON
        y = area.center().y() - _ICON / 2 + 0.5
        paint_icon(painter, QRectF(x, y, _ICON, _ICON), icon_name, token)
        if compact:
            return
        painter.setPen(color(token))
        painter.setFont(font(14, QFont.Weight.DemiBold))
        room = area.adjusted(43, 0, -8, 0) if not rtl else area.adjusted(8, 0, -43, 0)
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)


class NavList(QListWidget):
    """The places as a list, so that a screen reader says "Home, 1 of 6"."""

    def __init__(self, places: list[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.compact = False
        self.setObjectName("nav")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_PlacePainter(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Places"))
        for key, title, icon_name in places:
            item = QListWidgetItem(title)
            item.setData(_KEY, key)
            item.setData(_ICON_NAME, icon_name)
            self.addItem(item)
        self.setFixedHeight(len(places) * (_ROW + _GAP) + 2)

    def keys(self) -> list[str]:
        return [self.item(row).data(_KEY) for row in range(self.count())]

    def set_compact(self, compact: bool) -> None:
        self.compact = compact
        for row in range(self.count()):
            item = self.item(row)
            item.setToolTip(item.text() if compact else "")
        self.viewport().update()


class JobCard(CardButton):
    """The running job: name, share, clock time of the end. A click opens its run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(4)
        self._name = ElidedLabel("", "h3")
        self._facts = ElidedLabel("", "small")
        self._percent = text("", "small")
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._percent.hide()
        self._bar = Bar(self)
        column.addWidget(self._name)
        column.addWidget(self._facts)
        column.addWidget(self._percent)
        column.addSpacing(4)
        column.addWidget(self._bar)
        self.run_id = ""
        self._column = column
        self.hide()

    def show_job(self, run_id: str, name: str, facts: str, share: float) -> None:
        self.run_id = run_id
        self._name.setText(name)
        self._facts.setText(facts)
        self._percent.setText(self.tr("{percent} %").format(percent=round(100 * share)))
        self._bar.set(share)
        self.setAccessibleName(self.tr("Running: {name}, {facts}").format(name=name, facts=facts))
        self.setToolTip(f"{name}\n{facts}")
        self.show()

    def clear(self) -> None:
        self.run_id = ""
        self.hide()

    def set_compact(self, compact: bool) -> None:
        self._name.setVisible(not compact)
        self._facts.setVisible(not compact)
        self._percent.setVisible(compact)
        side = 4 if compact else 12
        self._column.setContentsMargins(side, 10, side, 12)


class Rail(QFrame):
    """Signals up: place_chosen, job_opened, theme_toggled, settings_asked."""

    place_chosen = Signal(str)
    job_opened = Signal(str)
    theme_toggled = Signal()
    settings_asked = Signal()

    def __init__(self, places: list[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 17, 12, 14)
        column.setSpacing(4)
        column.addLayout(self._make_brand())
        column.addSpacing(15)
        self.nav = NavList(places)
        self.nav.currentRowChanged.connect(self._on_row)
        column.addWidget(self.nav)
        column.addStretch(1)
        self.job = JobCard()
        self.job.clicked.connect(self._on_job)
        column.addWidget(self.job)
        column.addSpacing(8)
        self.theme_button = _rail_button("")
        self.theme_button.clicked.connect(self.theme_toggled)
        self.settings_button = _rail_button(self.tr("Settings"))
        self.settings_button.clicked.connect(self.settings_asked)
        column.addWidget(self.theme_button)
        column.addWidget(self.settings_button)
        self._compact = False
        self.show_theme(False)
        self.set_compact(False)

    def select(self, key: str) -> None:
        """Mark a place as the current one, without a signal."""
        self.nav.blockSignals(True)
        self.nav.setCurrentRow(self.nav.keys().index(key))
        self.nav.blockSignals(False)

    def set_compact(self, compact: bool) -> None:
        """Icons only, for a narrow window."""
        self._compact = compact
        self.setFixedWidth(NARROW if compact else WIDE)
        self._title.setVisible(not compact)
        self._brand.setContentsMargins(*((8, 0, 8, 0) if compact else (0, 0, 0, 0)))
        self.nav.set_compact(compact)
        self.job.set_compact(compact)
        self._dress(self.settings_button, self.tr("Settings"), "settings")
        self.show_theme(self._dark)

    def is_compact(self) -> bool:
        return self._compact

    def show_theme(self, dark: bool) -> None:
        """The button offers the other theme."""
        self._dark = dark
        words = self.tr("Light theme") if dark else self.tr("Dark theme")
        self._dress(self.theme_button, words, "sun" if dark else "moon")

    def _make_brand(self) -> QHBoxLayout:
        self._brand = row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("sparkles", "accent", 24))
        self._title = text(self.tr("Fine-Tuning Studio"), "h2")
        row.addWidget(self._title)
        row.addStretch(1)
        return row

    def _dress(self, target: QPushButton, words: str, icon_name: str) -> None:
        target.setText("" if self._compact else "\u2002" + words)  # Qt leaves 4 px to the icon
        restyle(target, "compact", self._compact)
        target.setAccessibleName(words)
        target.setToolTip(words if self._compact else "")
        target.setIcon(icon(icon_name, "muted"))
        target.setIconSize(QSize(_ICON, _ICON))

    def _on_row(self, row: int) -> None:
        if row >= 0:
            self.place_chosen.emit(self.nav.keys()[row])

    def _on_job(self) -> None:
        self.job_opened.emit(self.job.run_id)


def _rail_button(words: str) -> QPushButton:
    result = QPushButton(words)
    result.setProperty("kind", "rail")
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setAutoDefault(False)
    return result
