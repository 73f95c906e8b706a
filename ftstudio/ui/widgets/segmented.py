"""Two to four choices side by side, one of them pressed in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Segmented(QFrame):
    """`chosen` carries the key. One tab stop; the arrow keys move."""

    chosen = Signal(str)

    def __init__(self, choices: list[tuple[str, str]], current: str = "",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setProperty("segmented", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        for key, words in choices:
            part = QPushButton(words)
            part.setCheckable(True)
            part.setAutoDefault(False)
            part.setCursor(Qt.CursorShape.PointingHandCursor)
            part.setObjectName(key)
            part.clicked.connect(self._on_clicked)
            self._group.addButton(part)
            self._buttons[key] = part
            row.addWidget(part)
        self.select(current or choices[0][0])

    def select(self, key: str) -> None:
        """Press one in without a signal."""
        self._buttons[key].setChecked(True)

    def current(self) -> str:
        pressed = self._group.checkedButton()
        return pressed.objectName() if pressed else ""

    def button(self, key: str) -> QPushButton:
        return self._buttons[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = list(self._buttons)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        target = keys[(keys.index(self.current()) + step) % len(keys)]
        self._buttons[target].setFocus(Qt.FocusReason.TabFocusReason)
        self._buttons[target].click()

    def _on_clicked(self) -> None:
        self.chosen.emit(self.current())
