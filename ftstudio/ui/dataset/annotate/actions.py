"""What can be said of a row by one key: good or bad, the better of two, a score."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QPushButton, QWidget

from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.sitting import Sitting
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import text

_MOST_KEYS = 10  # digits that can be pressed for a score


class Actions(QWidget):
    """`said` carries what `Sitting.judge` takes, or {"prefer": side} for a pair."""

    said = Signal(object)
    typing = False  # letters are typed here, so they are no commands

    def show_row(self, sitting: Sitting) -> None:
        """A new row is before the person, or an old one with what was said of it."""

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        return False

    def focus_on(self) -> QWidget | None:
        """What has to have the focus; None: the page itself."""
        return None

    def _keyed(self, words: str, key: str, icon: str = "") -> QPushButton:
        """A button that shows its key; Tab reaches it, a click leaves the focus on the page."""
        made = button(self.tr("{what}  ·  {key}").format(what=words, key=key), "secondary",
                      icon or None)  # fmt: skip
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(words)
        made.setAccessibleDescription(self.tr("Key {key}").format(key=key))
        made.setMinimumHeight(44)
        return made


def pressed(target: QPushButton, on: bool) -> None:
    """Whether this is what was said of the row before."""
    restyle(target, "kind", "primary" if on else "secondary")


def row_of(owner: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(owner)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    return row


class MarkActions(Actions):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.good = self._keyed(self.tr("Good"), "J")
        self.bad = self._keyed(self.tr("Bad"), "K")
        row = row_of(self)
        row.addWidget(self.good, 1)
        row.addWidget(self.bad, 1)
        self.good.clicked.connect(self._on_good)
        self.bad.clicked.connect(self._on_bad)

    def show_row(self, sitting: Sitting) -> None:
        mine = sitting.mine()
        pressed(self.good, mine is not None and mine.good is True)
        pressed(self.bad, mine is not None and mine.good is False)

    def take_key(self, event: QKeyEvent) -> bool:
        target = {Qt.Key.Key_J: self.good, Qt.Key.Key_K: self.bad}.get(Qt.Key(event.key()))
        if target is not None:
            target.click()
        return target is not None

    def _on_good(self) -> None:
        self.said.emit({"good": True})

    def _on_bad(self) -> None:
        self.said.emit({"good": False})


class PairActions(Actions):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = self._keyed(self.tr("A is better"), "A")
        self.tie = self._keyed(self.tr("Equally good"), "T")
        self.second = self._keyed(self.tr("B is better"), "B")
        row = row_of(self)
        for side, target in (("first", self.first), ("tie", self.tie), ("second", self.second)):
            target.setObjectName(side)
            target.clicked.connect(self._on_clicked)
            row.addWidget(target, 1)

    def show_row(self, sitting: Sitting) -> None:
        side = _side(sitting.mine(), sitting.own_first())
        for target in (self.first, self.tie, self.second):
            pressed(target, target.objectName() == side)

    def take_key(self, event: QKeyEvent) -> bool:
        keys = {
            Qt.Key.Key_A: self.first, Qt.Key.Key_1: self.first, Qt.Key.Key_B: self.second,
            Qt.Key.Key_2: self.second, Qt.Key.Key_T: self.tie, Qt.Key.Key_0: self.tie,
        }  # fmt: skip
        target = keys.get(Qt.Key(event.key()))
        if target is not None:
            target.click()
        return target is not None

    def _on_clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.said.emit({"prefer": sender.objectName()})


def _side(mine: Judgement | None, own_first: bool) -> str:
    if mine is None or mine.choice in (None, "tie"):
        return "" if mine is None else "tie"
    return "first" if (mine.choice == "own") == own_first else "second"


class ScoreActions(Actions):
    """A button a score while digits are enough; else a field."""

    def __init__(self, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = row_of(self)
        self.buttons: dict[int, QPushButton] = {}
        self.field: QDoubleSpinBox | None = None
        if low >= 0 and high <= 9 and high - low < _MOST_KEYS:
            row.addWidget(text(self.tr("lowest"), "small"))
            for score in range(low, high + 1):
                target = self._keyed(str(score), str(score))
                target.setText(str(score))
                target.setObjectName(str(score))
                target.clicked.connect(self._on_clicked)
                self.buttons[score] = target
                row.addWidget(target, 1)
            row.addWidget(text(self.tr("highest"), "small"))
            return
        self.typing = True
        self.field = QDoubleSpinBox()
        self.field.setRange(low, high)
        self.field.setDecimals(1)
        self.field.setMinimumHeight(40)
        words = self.tr("Score from {low} to {high}").format(low=low, high=high)
        self.field.setAccessibleName(words)
        self.keep = self._keyed(self.tr("Keep this score"), "Enter")
        self.keep.clicked.connect(self._on_keep)
        row.addWidget(text(words))
        row.addWidget(self.field, 1)
        row.addWidget(self.keep, 1)

    def show_row(self, sitting: Sitting) -> None:
        mine = sitting.mine()
        for score, target in self.buttons.items():
            pressed(target, mine is not None and mine.number == score)
        if self.field is not None:
            known = mine.number if mine is not None and mine.number is not None else None
            self.field.setValue(known if known is not None else self.field.minimum())
            self.field.selectAll()

    def focus_on(self) -> QWidget | None:
        return self.field

    def take_key(self, event: QKeyEvent) -> bool:
        if self.field is not None:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.keep.click()
                return True
            return False
        target = self.buttons.get(event.key() - Qt.Key.Key_0)
        if target is not None:
            target.click()
        return target is not None

    def _on_clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.said.emit({"number": float(sender.objectName())})

    def _on_keep(self) -> None:
        if self.field is not None:
            self.field.interpretText()
            self.said.emit({"number": self.field.value()})
