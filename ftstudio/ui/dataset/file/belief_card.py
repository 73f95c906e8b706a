"""What the app believes the file to be, how sure it is and why, beside the sum of its rows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.layout import Guess, layouts
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, Chip, line
from ftstudio.ui.widgets.text import IconLabel, text

SURE = 0.8  # below this the app asks instead of believing
_OFFERED = 0.25  # layouts at least this likely are named beside one that is not sure
_MOST_OFFERED = 2


class BeliefCard(Card):
    layout_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(16)
        first, row = QHBoxLayout(), QHBoxLayout()
        for part in (first, row):
            part.setSpacing(16)
        self._icon = IconLabel("wand-sparkles", "accent", 24)
        first.addWidget(self._icon)
        first.addLayout(self._words(), 1)
        self._others = button(self.tr("Other layouts"), small=True)
        self._menu = QMenu(self._others)
        self._menu.setToolTipsVisible(True)
        self._menu.triggered.connect(self._on_triggered)
        self._others.setMenu(self._menu)
        row.addWidget(self._others)
        row.addWidget(line(upright=True))
        row.addLayout(self._sum())
        self._halves.addLayout(first, 1)
        self._halves.addLayout(row)
        self.body.addLayout(self._halves)

    def set_narrow(self, narrow: bool) -> None:
        """The sum and the other layouts go below."""
        way = QBoxLayout.Direction
        self._halves.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        top = QHBoxLayout()
        top.setSpacing(10)
        self._title = text("", "h2")
        self._sure = Chip("", "ok", self)
        top.addWidget(self._title)
        top.addWidget(self._sure)
        top.addStretch(1)
        self._reason = text("", "small", wrap=True)
        column.addStretch(1)
        column.addLayout(top)
        column.addWidget(self._reason)
        column.addWidget(self._rivals())
        column.addStretch(1)
        return column

    def _rivals(self) -> QWidget:
        """What else it may be: asked where the app is not sure."""
        self._ask = QWidget()
        row = QHBoxLayout(self._ask)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        row.addWidget(text(self.tr("Or is it:"), "small"))
        self._offers = [button("", small=True) for _ in range(_MOST_OFFERED)]
        for offer in self._offers:
            offer.clicked.connect(self._on_offer)
            row.addWidget(offer)
        row.addStretch(1)
        return self._ask

    def _sum(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        top, foot = QHBoxLayout(), QHBoxLayout()
        self._total = text("", "number")
        top.addWidget(self._total)
        top.addWidget(text(self.tr("rows in the file"), "small"))
        top.addStretch(1)
        self._read = text("", "small")
        self._trouble = text("", "small")
        restyle(self._read, "tone", "ok")
        foot.addWidget(self._read)
        foot.addWidget(self._trouble)
        foot.addStretch(1)
        column.addStretch(1)
        column.addLayout(top)
        column.addLayout(foot)
        column.addStretch(1)
        return column

    def show_facts(self, facts: Facts) -> None:
        self._show_guess(facts.guess, facts)
        total, trouble = facts.table.rows_in_file, len(facts.troubled)
        self._total.setText(format_count(total))
        self._read.setText(self.tr("{n} read").format(n=format_count(total - trouble)))
        if trouble:
            words = self.tr("+ {n} with a problem").format(n=format_count(trouble))
        else:
            words = self.tr("+ 0 with a problem")
        self._trouble.setText(words)
        restyle(self._trouble, "tone", "warn" if trouble else "")

    def _show_guess(self, guess: Guess, facts: Facts) -> None:
        layout = layouts()[facts.draft.layout or guess.layout]
        sure = guess.confidence >= SURE or bool(facts.recalled)
        title = self.tr("Looks like {layout}") if sure else self.tr("Perhaps {layout}")
        self._title.setText(title.format(layout=layout.title.lower()))
        self._sure.set(self._how_sure(guess, facts), "ok" if sure else "warn")
        self._reason.setText(self._why(guess, facts, sure))
        self.set_tone("" if sure else "warn")
        self._icon.set_icon("wand-sparkles", "accent" if sure else "warn")
        self._fill_menu(facts, layout.key)
        self._offer_rivals(facts, layout.key, sure)

    def _how_sure(self, guess: Guess, facts: Facts) -> str:
        if facts.recalled:
            return self.tr("as last time")
        return self.tr("{n} % sure").format(n=round(guess.confidence * 100))

    def _why(self, guess: Guess, facts: Facts, sure: bool) -> str:
        if facts.recalled:
            words = self.tr("The columns are as you chose them last time, for {file}.")
            return words.format(file=facts.recalled)
        if sure:
            return guess.reason
        return self.tr("{reason} Please check the columns below.").format(reason=guess.reason)

    def _offer_rivals(self, facts: Facts, chosen: str, sure: bool) -> None:
        rivals = [g for g in facts.guesses if g.confidence >= _OFFERED and g.layout != chosen]
        rivals = [] if sure else rivals[:_MOST_OFFERED]
        for offer, rival in zip(self._offers, [*rivals, None, None], strict=False):
            offer.setVisible(rival is not None)
            if rival is not None:
                layout = layouts()[rival.layout]
                offer.setText(layout.title)
                offer.setToolTip(f"{rival.reason} {layout.help}")
                offer.setProperty("layout_key", layout.key)
        self._ask.setVisible(bool(rivals))

    def _fill_menu(self, facts: Facts, chosen: str) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        sure = {guess.layout: guess.confidence for guess in facts.guesses}
        for key in sorted(layouts(), key=lambda k: -sure.get(k, 0)):
            layout = layouts()[key]
            words = self.tr("{layout} · {n} % sure")
            action = self._menu.addAction(
                words.format(layout=layout.title, n=round(sure.get(key, 0) * 100))
            )
            action.setCheckable(True)
            action.setChecked(key == chosen)
            action.setToolTip(layout.help)
            action.setData(key)
            group.addAction(action)

    def _on_offer(self) -> None:
        self.layout_chosen.emit(str(self.sender().property("layout_key")))

    def _on_triggered(self, action: QAction) -> None:
        self.layout_chosen.emit(str(action.data()))
