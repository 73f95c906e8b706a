"""Classes for a row: digits give the first nine, typing filters them, Enter makes a new one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ftstudio.data.annotation.sitting import Sitting
from ftstudio.ui.dataset.annotate.actions import Actions, pressed
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import text

_KEYS, _ACROSS = 9, 3
_PADDING = 30  # pixels of a button beside its words


class LabelActions(Actions):
    typing = True

    def __init__(self, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = several
        self._classes: list[str] = []
        self._chosen: list[str] = []
        self.buttons: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Type to find a class, or to name a new one"))
        self.filter.setAccessibleName(self.tr("Find a class, or name a new one"))
        self.filter.textChanged.connect(self._show_classes)
        self.filter.installEventFilter(self)
        top.addWidget(self.filter, 1)
        self.new = button(self.tr("New class  ·  Enter"), "secondary", "plus")
        self.new.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.new.clicked.connect(self._on_enter)
        top.addWidget(self.new)
        self.keep = self._keyed(self.tr("Keep these classes"), "Enter")
        self.keep.clicked.connect(self._on_keep)
        self.keep.setVisible(several)
        top.addWidget(self.keep)
        column.addLayout(top)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        for place in range(_ACROSS):
            self._grid.setColumnStretch(place, 1)
        column.addLayout(self._grid)
        self._more = text("", "small")
        column.addWidget(self._more)

    def show_row(self, sitting: Sitting) -> None:
        mine = sitting.mine()
        self._classes = sitting.classes()
        self._chosen = list(mine.labels or []) if mine is not None else []
        self.filter.clear()
        self._show_classes()

    def focus_on(self) -> QWidget | None:
        return self.filter

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.take_key(event)
        return super().eventFilter(watched, event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Digits are classes while nothing is typed yet."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
            return True
        place = event.key() - Qt.Key.Key_1
        if not self.filter.text() and 0 <= place < min(_KEYS, len(self.buttons)):
            self.buttons[place].click()
            return True
        return False

    # ---- showing them ----
    def _shown(self) -> list[str]:
        wanted = self.filter.text().casefold().strip()
        return [name for name in self._classes if wanted in name.casefold()]

    def _show_classes(self) -> None:
        shown, typed = self._shown(), self.filter.text().strip()
        count = min(len(shown), _KEYS)
        while len(self.buttons) < count:
            place = len(self.buttons)
            made = self._keyed("", str(place + 1))
            made.setMinimumHeight(36)
            made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            made.clicked.connect(self._on_class)
            self.buttons.append(made)
            self._grid.addWidget(made, place // _ACROSS, place % _ACROSS)
        while len(self.buttons) > count:
            gone = self.buttons.pop()
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, (target, name) in enumerate(zip(self.buttons, shown, strict=False)):
            key = self.tr("Enter") if typed and place == 0 else "" if typed else str(place + 1)
            target.setText(self._fitting(target, name, f"  ·  {key}" if key else ""))
            target.setToolTip(name)
            target.setAccessibleName(name)
            target.setObjectName(name)
            pressed(target, name in self._chosen)
        rest = len(shown) - count
        words = self.tr("{n} more: type a part of the name.").format(n=rest)
        self._more.setText(words if rest > 0 else "")
        self._more.setVisible(rest > 0)
        self.new.setVisible(bool(typed) and not shown)
        restyle(self.keep, "missing", not self._chosen)

    def _fitting(self, target: QPushButton, name: str, key: str) -> str:
        """As much of a name as its button has room for, its key in any case."""
        signs = target.fontMetrics()
        room = self.width() // _ACROSS - self._grid.spacing() - _PADDING
        room = max(room - signs.horizontalAdvance(key), 60)
        words = signs.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        return (words + key).replace("&", "&&")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_classes()

    # ---- choosing ----
    def _on_class(self) -> None:
        sender = self.sender()
        if sender is not None:
            self._choose(sender.objectName())

    def _choose(self, name: str) -> None:
        if not self._several:
            self.said.emit({"labels": [name]})
            return
        if name in self._chosen:
            self._chosen.remove(name)
        else:
            self._chosen.append(name)
        if name not in self._classes:
            self._classes.append(name)
        self.filter.clear()
        self._show_classes()
        self.filter.setFocus()

    def _on_enter(self) -> None:
        typed, shown = " ".join(self.filter.text().split()), self._shown()
        if typed:
            self._choose(shown[0] if shown else typed)
        elif self._several:
            self._on_keep()

    def _on_keep(self) -> None:
        if self._chosen:
            self.said.emit({"labels": list(self._chosen)})
