"""Cards of which one is chosen: one tab stop, arrows move, Space chooses."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.card import CardButton
from ftstudio.ui.widgets.regrid import lay_out, take_out
from ftstudio.ui.widgets.text import IconLabel, text

_PADDING = 16  # the border is painted inside it, so the content keeps still when chosen


_MOVES = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End,
)  # fmt: skip


class ChoiceCard(CardButton):
    """Announced as a radio button. Put what it shows into `body`, chips into `title_row`."""

    focused = Signal(str)
    moved = Signal(int)  # the key that goes to another card

    def __init__(self, key: str, title: str, promise: str = "", icon: str = "",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.key = key
        self.locked = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(title)
        self.setAccessibleDescription(promise)
        self.body = QVBoxLayout(self)
        self.body.setSpacing(8)
        self.body.setContentsMargins(_PADDING, _PADDING - 2, _PADDING, _PADDING - 2)
        self.title_row = QHBoxLayout()
        self.title_row.setSpacing(8)
        if icon:
            self.title_row.addWidget(IconLabel(icon, "accent", 20))
        self.heading = text(title, "h2")
        self.title_row.addWidget(self.heading)
        self.title_row.addStretch(1)
        self.body.addLayout(self.title_row)
        if promise:
            self.body.addWidget(text(promise, "muted", wrap=True))
        self.toggled.connect(self._on_toggled)

    def set_locked(self, reason: str) -> None:
        """Focusable and readable, but not to be chosen; an empty reason unlocks."""
        self.locked = bool(reason)
        self.setToolTip(reason)
        if reason:
            self.setAccessibleDescription(reason)
        restyle(self, "locked", self.locked)

    def nextCheckState(self) -> None:
        if not self.locked:
            self.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _MOVES:
            self.moved.emit(key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self.key)

    def _on_toggled(self, on: bool) -> None:
        restyle(self, "chosen", on)


class ChoiceGroup(QWidget):
    """A grid of cards. `chosen` and `focused` carry the card's key."""

    chosen = Signal(str)
    focused = Signal(str)
    refused = Signal(str)  # a locked card was clicked

    def __init__(self, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = self._most = columns
        self._cards: list[ChoiceCard] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)

    def set_gap(self, pixels: int) -> None:
        self._grid.setSpacing(pixels)

    def add(self, card: ChoiceCard) -> ChoiceCard:
        index = len(self._cards)
        self._cards.append(card)
        self._grid.addWidget(card, index // self._columns, index % self._columns)
        self._grid.setColumnStretch(index % self._columns, 1)
        card.clicked.connect(self._on_clicked)
        card.focused.connect(self.focused)
        card.moved.connect(self._on_moved)
        return card

    def set_columns(self, columns: int) -> None:
        """Lay the cards out anew, for a narrower or wider window."""
        if columns == self._columns:
            return
        self._columns, self._most = columns, max(columns, self._most)
        self.close_gaps()

    def close_gaps(self) -> None:
        """Lay out the cards that are not hidden, without holes between them."""
        shown = [card for card in self._cards if not card.isHidden()]
        lay_out(self._grid, shown, self._columns, self._most)

    def card(self, key: str) -> ChoiceCard:
        return next(card for card in self._cards if card.key == key)

    def cards(self) -> list[ChoiceCard]:
        return list(self._cards)

    def current(self) -> str:
        return next((card.key for card in self._cards if card.isChecked()), "")

    def select(self, key: str) -> None:
        """Choose without a signal."""
        self.card(key).setChecked(True)

    def clear(self) -> None:
        for card in self._cards:
            take_out(self._grid, card)
            card.deleteLater()
        self._cards = []

    def _on_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, ChoiceCard):
            (self.refused if card.locked else self.chosen).emit(card.key)

    def _on_moved(self, key: int) -> None:
        here = self.sender()
        if not isinstance(here, ChoiceCard):
            return
        shown = [card for card in self._cards if not card.isHidden()]
        index = shown.index(here)
        forward = Qt.Key.Key_Right
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            forward = Qt.Key.Key_Left
        across = 1 if key == forward else -1
        step = {
            int(Qt.Key.Key_Up): -self._columns,
            int(Qt.Key.Key_Down): self._columns,
            int(Qt.Key.Key_Home): -index,
            int(Qt.Key.Key_End): len(shown) - 1 - index,
        }.get(key, across)
        if 0 <= index + step < len(shown):
            shown[index + step].setFocus(Qt.FocusReason.TabFocusReason)
