"""The head of one column of the preview: name, what fills it, its role, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel

State = Literal["fine", "guessed", "must"]
_LOOK: dict[State, tuple[str, str]] = {
    "fine": ("circle-check", "ok"),
    "guessed": ("circle-question-mark", "warn"),
    "must": ("circle-alert", "bad"),
}
HEIGHT = 116


@dataclass(frozen=True)
class Choice:
    """One role that a column can be given. `term` is what file formats call it."""

    key: str
    title: str
    term: str = ""


class ColumnHead(QWidget):
    """Roles are chosen here; opening the list counts as having looked, so a guess is confirmed."""

    role_chosen = Signal(str, str)  # column, role ("" = ignore)
    confirmed = Signal(str)
    focused = Signal(str)

    def __init__(self, name: str, facts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.state: State = "fine"
        self._opened = False
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 4, 6)
        column.setSpacing(1)
        self._name = ElidedLabel(name, "h3")
        self._name.setMinimumHeight(20)  # other scripts stand higher than the app's own font
        column.addWidget(self._name)
        self._align_name()
        self._facts = ElidedLabel(facts, "small")
        column.addWidget(self._facts)
        column.addSpacing(4)
        self.box = QComboBox()
        self.box.setProperty("sz", "small")
        self.box.setMinimumWidth(64)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.activated.connect(self._on_activated)
        self.box.installEventFilter(self)
        self.box.view().installEventFilter(self)
        column.addWidget(self.box)
        column.addSpacing(3)
        column.addLayout(self._state_line())
        self.setAutoFillBackground(False)

    def _align_name(self) -> None:
        """Over its column's cells, whichever way its own letters run."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        self._name.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._align_name()

    def _state_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        self._icon = IconLabel("circle-check", "ok", 15)
        self._word = ElidedLabel("", "small")
        line.addWidget(self._icon)
        line.addWidget(self._word, 1)
        return line

    def show_roles(self, choices: list[Choice], chosen: str, state: State) -> None:
        """`chosen` empty and state "must": nothing is chosen yet."""
        self.state = state
        self.box.blockSignals(True)
        self.box.clear()
        for choice in choices:
            self.box.addItem(choice.title, choice.key)
            if choice.term:
                place = self.box.count() - 1
                words = self.tr("In data files: {term}").format(term=choice.term)
                self.box.setItemData(place, words, Qt.ItemDataRole.ToolTipRole)
        index = self.box.findData(chosen)
        if state == "must" and not chosen:
            self.box.setPlaceholderText(self.tr("Choose…"))
            index = -1
        self.box.setCurrentIndex(index)
        self.box.blockSignals(False)
        self._show_state(state)

    def _show_state(self, state: State) -> None:
        icon, tone = _LOOK[state]
        words = {
            "fine": self.tr("Fine"),
            "guessed": self.tr("Guessed – please check"),
            "must": self.tr("Must be set"),
        }[state]
        self._icon.set_icon(icon, tone)
        self._word.setText(words)
        restyle(self._word, "tone", tone)
        restyle(self.box, "tone", "" if state == "fine" else tone)
        name = self.tr("What “{column}” is").format(column=self.name)
        self.box.setAccessibleName(name)
        role = self.box.currentText() or self.tr("nothing chosen")
        self.box.setAccessibleDescription(f"{role} · {words} · {self._facts.full_text()}")
        term = self.box.itemData(self.box.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        self.box.setToolTip(str(term or ""))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box.view() and event.type() == QEvent.Type.Show:
            self._opened = True
        elif watched is self.box.view() and event.type() == QEvent.Type.Hide and self._opened:
            self._opened = False
            if self.state == "guessed":
                self.confirmed.emit(self.name)
        elif watched is self.box and event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self.name)
        return False

    def _on_activated(self, index: int) -> None:
        self._opened = False
        self.role_chosen.emit(self.name, str(self.box.itemData(index) or ""))
