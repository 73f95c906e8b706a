"""What became of one row: read, made an example, changed, left out, and where it stands now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ftstudio.data.drafting.foreseen import between
from ftstudio.data.drafting.history import RowHistory
from ftstudio.ui.dataset.rows.change_label import ChangeLabel
from ftstudio.ui.widgets.text import IconLabel, text

_LOOK = {
    "not read": ("circle-alert", "bad"),
    "no example": ("circle-alert", "bad"),
    "left out": ("circle-x", "warn"),
    "changed": ("pencil", "accent"),
    "added": ("plus", "accent"),
    "made": ("circle-check", "ok"),
}


class HistoryView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.title = text("", "h3")
        self._column.addWidget(self.title)
        self._inside = QWidget()
        self._column.addWidget(self._inside)
        self._column.addStretch(1)
        self.sentences: list[str] = []

    def wait(self, number: int) -> None:
        self.title.setText(self._name(number))

    def _name(self, number: int) -> str:
        if number <= 0:
            return self.tr("A row that a step has added")
        return self.tr("Row {n} of the file").format(n=number)

    def show_history(self, history: RowHistory) -> None:
        self.title.setText(self._name(history.number))
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.sentences = [event.sentence for event in history.events]
        for place, event in enumerate(history.events):
            icon = IconLabel(*_LOOK[event.what], 16)
            grid.addWidget(icon, 2 * place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text(event.sentence, wrap=True), 2 * place, 1)
            label = ChangeLabel()
            before = None if event.what in ("made", "left out") else event.before
            label.set_parts(between(before, event.after or event.before))
            label.setVisible(bool(event.before or event.after))
            grid.addWidget(label, 2 * place + 1, 1)
        self.sentences.append(self._now(history))
        last = 2 * len(history.events)
        icon = IconLabel("arrow-right" if history.alive else "minus", "muted", 16)
        grid.addWidget(icon, last, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text(self.sentences[-1], "h3", wrap=True), last, 1)
        self._column.replaceWidget(self._inside, fresh)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = fresh

    def _now(self, history: RowHistory) -> str:
        if not history.known:
            return self.tr("The file has no such row.")
        sides = {
            "train": self.tr("It is learned from: it stands in the training part."),
            "validation": self.tr("It is held back for validation."),
            "test": self.tr("It is held back for the test."),
        }
        gone = self.tr("It is not in the dataset.")
        return sides[history.side] if history.side is not None else gone
