"""One of the four answers at the top of the review: an icon, a figure, and what it means."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel


class AnswerCard(Card):
    def __init__(self, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=4)
        self._title = title
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel(icon, "muted", 16))
        row.addWidget(ElidedLabel(title, "small"), 1)
        self._chip = Chip("", "neutral")
        row.addWidget(self._chip)
        self.body.addLayout(row)
        self.figure = ElidedLabel("", "display")
        self.words = ElidedLabel("", "small")
        self.body.addWidget(self.figure)
        self.body.addWidget(self.words)

    def set(self, figure: str, words: str, chip: str, tone: str) -> None:
        self.figure.setText(figure)
        self.words.setText(words)
        self._chip.set(chip, tone)
        self.setAccessibleName(f"{self._title}: {figure}, {words}, {chip}")
