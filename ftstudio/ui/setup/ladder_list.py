"""What would make a plan fit, a row for each change: its price, its new figure, and Apply."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.planning.ladder import Rung
from ftstudio.planning.proposal import Proposal
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import line
from ftstudio.ui.widgets.figure_words import FIT_TONES, fit_words
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.rung_words import rung_words
from ftstudio.ui.widgets.text import text


class LadderList(QWidget):
    """`apply` carries the rung and its title."""

    apply = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(7)
        self._shown: tuple[tuple[Rung, ...], str] = ((), "")
        self.buttons: list[QPushButton] = []

    def show_rungs(self, rungs: list[Rung], proposal: Proposal) -> None:
        """The first that is enough has the filled button."""
        shown = (tuple(rungs), proposal.method.key)
        if shown == self._shown and len(self.buttons) == len(rungs):
            return  # a button that has the focus keeps it
        self._shown = shown
        empty(self._rows)
        self.buttons = []
        best = next((rung for rung in rungs if rung.fit != "does not fit"), None)
        for index, rung in enumerate(rungs):
            if index:
                self._rows.addWidget(line())
            self._rows.addWidget(self._row(rung, proposal, rung is best))

    def _row(self, rung: Rung, proposal: Proposal, best: bool) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        title, price = rung_words(self, rung, proposal)
        words.addWidget(text(title, "h3", wrap=True))
        words.addWidget(text(price, "small", wrap=True))
        row.addLayout(words, 1)
        right = QVBoxLayout()
        right.setSpacing(3)
        figure = text(
            self.tr("{size} · {fit}").format(
                size=self._size(rung), fit=fit_words(self, rung.fit, short=True)
            ),
            "small",
        )
        figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        figure.setProperty("tone", FIT_TONES[rung.fit])
        apply = button(self.tr("Apply"), "primary" if best else "secondary", small=True)
        apply.setAccessibleName(
            self.tr("Apply: {change}, {size}, {fit}").format(
                change=title, size=self._size(rung), fit=fit_words(self, rung.fit)
            )
        )
        apply.setAccessibleDescription(price)
        apply.clicked.connect(lambda: self._on_apply(apply, rung, title))
        self.buttons.append(apply)
        right.addWidget(figure)
        right.addWidget(apply, 0, Qt.AlignmentFlag.AlignRight)
        row.addLayout(right)
        return holder

    def _size(self, rung: Rung) -> str:
        """By what it is judged: of a range the upper end. A rough one says so."""
        if rung.high > rung.total:
            return self.tr("up to {size}").format(size=format_bytes(rung.high))
        size = format_bytes(rung.total)
        return self.tr("≈ {size}").format(size=size) if rung.rough else size

    def _on_apply(self, pressed: QPushButton, rung: Rung, title: str) -> None:
        """The row may vanish by it: a focus that went on by itself would scroll the page."""
        pressed.clearFocus()
        self.apply.emit(rung, title)
