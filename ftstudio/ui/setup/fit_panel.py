"""Beside the methods: what would make one fit, when to take it, and how sure the figures are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ftstudio.core.method import Method
from ftstudio.planning.ladder import Rung
from ftstudio.planning.proposal import Proposal, Situation
from ftstudio.ui.setup.ladder_card import too_much
from ftstudio.ui.setup.ladder_list import LadderList
from ftstudio.ui.setup.parts_list import PartsList
from ftstudio.ui.setup.reach import Reach, reach_words
from ftstudio.ui.setup.sure_card import SureCard
from ftstudio.ui.setup.undo_strip import UndoStrip
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.figure_words import held_words
from ftstudio.ui.widgets.text import text

_WIDTH = 304
_ANY = 16_777_215  # Qt's own largest


class FitPanel(Card):
    """`apply` carries the rung whose button was pressed, and its title."""

    apply = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=8)
        self.set_beside(True)
        self._title = text("", "h2", wrap=True)
        self._words = text("", "muted", wrap=True)
        self.undo = UndoStrip()
        self.body.addWidget(self._title)
        self.body.addWidget(self.undo)
        self.body.addWidget(self._words)
        self.ladder = LadderList()
        self.ladder.apply.connect(self._on_apply)
        self.body.addWidget(self.ladder)
        self._held = text("", "small", wrap=True)
        self.body.addWidget(self._held)
        self.sure = SureCard()
        self.body.addWidget(self.sure)
        self.reach = text("", "small", wrap=True)
        self.reach.hide()
        self.body.addWidget(self.reach)
        self.parts = PartsList()
        self.body.addWidget(self.parts)
        self.afterwards = text("", "small", wrap=True)
        self.body.addWidget(self.afterwards)
        self.body.addStretch(1)

    def set_beside(self, beside: bool) -> None:
        """A column of its own, or below and as wide as the page."""
        self.setMinimumWidth(_WIDTH if beside else 0)
        self.setMaximumWidth(_WIDTH if beside else _ANY)

    def show_proposal(self, situation: Situation, proposal: Proposal, rungs: list[Rung]) -> None:
        machine = situation.machine
        too_large = proposal.fit == "does not fit"
        self.ladder.show_rungs(rungs, proposal)
        self.ladder.setVisible(bool(rungs))
        if too_large:
            self._title.setText(
                self.tr("What would make {method} fit").format(method=proposal.method.title)
            )
            self._words.setText(too_much(self, proposal, machine, rungs))
        else:
            self._title.setText(
                self.tr("When to take {method}").format(method=proposal.method.title)
            )
            self._words.setText(proposal.method.when)
        self.afterwards.setText(self._afterwards(proposal.method))
        self.afterwards.setVisible(not too_large and bool(self.afterwards.text()))
        held = held_words(self, machine) if proposal.fit != "fits" else ""
        words = self.tr("Or close programs: {held}.") if rungs else self.tr("{held}.")
        self._held.setText(words.format(held=held) if held else "")
        self._held.setVisible(bool(held))
        self.parts.show_parts(proposal.memory, machine.device)
        self.parts.setVisible(not too_large)

    def show_reach(self, reach: Reach | None) -> None:
        """How far the card goes with these settings; None: not known yet."""
        self.reach.setText(reach_words(self, reach) if reach is not None else "")
        self.reach.setVisible(bool(self.reach.text()))

    def _on_apply(self, rung: Rung, title: str) -> None:
        self.apply.emit(rung, title)
        if self.undo.isVisible():
            self.undo.button.setFocus()

    def _afterwards(self, method: Method) -> str:
        """Whether the result can be folded into the model, and where it runs."""
        if method.merges:
            merges = self.tr("Can be merged into the model.")
        else:
            merges = self.tr("Is not merged: {why}").format(why=method.why_no_merge)
        return f"{merges} {method.runs_in}".strip()
