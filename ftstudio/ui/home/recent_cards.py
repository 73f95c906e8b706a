"""Cards for what was worked on last; a click opens it in its place."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.ui.home.recent import RecentThing
from ftstudio.ui.widgets.card import CardButton, Chip
from ftstudio.ui.widgets.regrid import lay_out
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel

_ICONS = {"run": "activity", "dataset": "database", "adapter": "layers"}
_CARD_WIDTH = 300


class RecentCard(CardButton):
    """Icon and chip above, name, and one line of facts."""

    def __init__(self, thing: RecentThing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thing = thing
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 18)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(IconLabel(_ICONS[thing.kind], "muted", 20))
        top.addStretch(1)
        words, tone = self._chip()
        top.addWidget(Chip(words, tone))
        column.addLayout(top)
        column.addWidget(ElidedLabel(thing.name, "h2"))
        facts = self._facts()
        column.addWidget(ElidedLabel(facts, "small"))
        self.setAccessibleName(f"{words}: {thing.name}, {facts}")

    def sizeHint(self) -> QSize:
        return QSize(_CARD_WIDTH, super().sizeHint().height())

    def _chip(self) -> tuple[str, str]:
        thing = self.thing
        if thing.kind == "dataset":
            return self.tr("Dataset"), "neutral"
        if thing.kind == "adapter":
            return self.tr("Done"), "ok"
        return {
            "waiting": (self.tr("Waiting"), "neutral"),
            "running": (self.tr("Training"), "accent"),
            "paused": (self.tr("Paused"), "accent"),
            "finished": (self.tr("Done"), "ok"),
            "stopped": (self.tr("Stopped"), "neutral"),
            "failed": (self.tr("Needs attention"), "warn"),
            "interrupted": (self.tr("Needs attention"), "warn"),
        }[thing.state]

    def _facts(self) -> str:
        thing, ago = self.thing, self._ago()
        if thing.kind == "dataset":
            rows = plural(thing.rows, self.tr("1 example"), self.tr("{n} examples"))
            return f"{rows} · {ago}"
        if thing.kind == "adapter":
            return f"{thing.base} · {ago}"
        if thing.problem:
            return thing.problem
        step = self.tr("step {step}").format(step=format_count(thing.step))
        return f"{step} · {ago}" if thing.step else ago

    def _ago(self) -> str:
        seconds = max(0.0, time.time() - self.thing.when)
        if seconds < 90:
            return self.tr("just now")
        if seconds < 5400:
            minutes = self.tr("1 minute ago"), self.tr("{n} minutes ago")
            return plural(round(seconds / 60), *minutes)
        if seconds < 36 * 3600:
            hours = self.tr("1 hour ago"), self.tr("{n} hours ago")
            return plural(round(seconds / 3600), *hours)
        days = self.tr("1 day ago"), self.tr("{n} days ago")
        return plural(round(seconds / 86400), *days)


class RecentGrid(QWidget):
    """`picked` carries the RecentThing of the card that was clicked."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[RecentCard] = []
        self._columns = 3
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(18)

    def show_things(self, things: list[RecentThing]) -> None:
        """Rebuild, unless they are the same as before."""
        if things == [card.thing for card in self._cards] and things:
            return
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = [RecentCard(thing, self) for thing in things]
        for card in self._cards:
            card.clicked.connect(self._on_clicked)
        self._lay_out()

    def cards(self) -> list[RecentCard]:
        return list(self._cards)

    def set_columns(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    def _lay_out(self) -> None:
        lay_out(self._grid, self._cards, self._columns, 3)

    def _on_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, RecentCard):
            self.picked.emit(card.thing)
