"""One line above the settings: what they need, whether it fits, and the way to more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Proposal
from ftstudio.ui.setup.story import range_in_words
from ftstudio.ui.setup.undo_strip import UndoStrip
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.figure_words import FIT_TONES, figure, fit_words, held_words
from ftstudio.ui.widgets.memory_bar import MemoryBar
from ftstudio.ui.widgets.text import IconLabel, text


class FitStrip(Card):
    """`reached`: show how the figure was reached."""

    reached = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14, spacing=8)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconLabel("memory-stick", "muted", 18))
        self.need = text("", "h3")
        self.free = text("", "small")
        self.chip = Chip("", "neutral")
        self.bar = MemoryBar({}, None, 1)
        self.time = text("", "small")
        self.how = button(self.tr("How it was reached"), "link", small=True)
        self.how.clicked.connect(self.reached)
        row.addWidget(self.need)
        row.addWidget(self.free)
        row.addWidget(self.chip)
        row.addWidget(self.bar, 1)
        row.addWidget(self.time)
        row.addWidget(self.how)
        self.body.addLayout(row)
        self.undo = UndoStrip()
        self.body.addWidget(self.undo)

    def show_proposal(self, proposal: Proposal, machine: Machine) -> None:
        total, free = proposal.memory.shown, machine.free_bytes
        self.need.setText(figure(self, proposal.memory))
        self.free.setText(self.tr("of {size} free").format(size=format_bytes(free)))
        self.free.setToolTip(held_words(self, machine))
        self.chip.set(fit_words(self, proposal.fit), FIT_TONES[proposal.fit])
        self.bar.set(proposal.memory.parts, free, max(machine.total_bytes, total))
        made = proposal.forecast
        self.time.setText(range_in_words(self, made.low, made.high))
