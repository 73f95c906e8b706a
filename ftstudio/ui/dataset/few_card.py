"""Too few rows to check with: what is lacking, one-click remedies, and a way on all the same."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import IconLabel, text


class FewCard(Card):
    """Hidden where there is enough; a quiet line where somebody goes on all the same."""

    split_chosen = Signal(object)  # SplitChoice
    accepted = Signal()  # go on with what there is

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14, spacing=8)
        self.buttons: list[QPushButton] = []
        head = QHBoxLayout()
        head.setSpacing(10)
        self._icon = IconLabel("triangle-alert", "warn", 18)
        self._words = text("", wrap=True)
        head.addWidget(self._icon)
        head.addWidget(self._words, 1)
        self.body.addLayout(head)
        self._ways = QVBoxLayout()
        self._ways.setSpacing(6)
        self.body.addLayout(self._ways)
        self.hide()

    def said(self) -> str:
        return "" if self.isHidden() else self._words.text()

    def show_facts(self, facts: Facts) -> None:
        few = facts.few
        self.setVisible(few is not None)
        for old in self.buttons:
            self._ways.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        if few is None:
            return
        asks = facts.few_asks
        restyle(self, "tone", "warn" if asks else "")
        on = "" if asks else self.tr(" You go on all the same; the dataset says so.")
        self._words.setText(f"{few.what} {few.why}{on}")
        self.setAccessibleName(self._words.text())
        if not asks:
            return
        for place, way in enumerate(facts.mendings):
            kind = "secondary" if place else "primary"
            self._add(way.title, kind).clicked.connect(partial(self.split_chosen.emit, way.choice))
        rough = self._add(few.going_on, "ghost")
        rough.setAccessibleDescription(self.tr("Freeze it so; the dataset says so for good."))
        rough.clicked.connect(self.accepted)

    def _add(self, words: str, kind: str) -> QPushButton:
        made = button(words, kind, small=True)
        self.buttons.append(made)
        self._ways.addWidget(made)
        return made
