"""On the last page: why the plan does not fit, and what would make it fit."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.planning.ladder import Rung
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Proposal
from ftstudio.ui.setup.ladder_list import LadderList
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.figure_words import held_words
from ftstudio.ui.widgets.text import IconLabel, text


class LadderCard(Card):
    """`apply` carries the rung and its title."""

    apply = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("memory-stick", "bad", 20))
        row.addWidget(text(self.tr("It does not fit"), "h2"))
        row.addStretch(1)
        self.body.addLayout(row)
        self.words = text("", "muted", wrap=True)
        self.body.addWidget(self.words)
        self.ladder = LadderList()
        self.ladder.apply.connect(self.apply)
        self.body.addWidget(self.ladder)
        self.held = text("", "small", wrap=True)
        self.body.addWidget(self.held)
        self.hide()

    def show_proposal(self, proposal: Proposal, machine: Machine, rungs: list[Rung]) -> None:
        self.words.setText(too_much(self, proposal, machine, rungs))
        self.ladder.show_rungs(rungs, proposal)
        held = held_words(self, machine)
        self.held.setText(self.tr("Or close programs: {held}.").format(held=held) if held else "")
        self.held.setVisible(bool(held))


def too_much(owner: QWidget, proposal: Proposal, machine: Machine, rungs: list[Rung]) -> str:
    """How much lacks, and what the rows below are."""
    free, memory = machine.free_bytes, proposal.memory
    if memory.shown > free:
        size = owner.tr("{size} too much.").format(size=format_bytes(memory.shown - free))
    elif memory.high > free:
        size = owner.tr("It may fit, but may also need {size} more than is free.").format(
            size=format_bytes(memory.high - free)
        )
    else:  # it was tried
        size = owner.tr("It was tried here and ran out of memory.")
    if not rungs:
        return " ".join((size, owner.tr("No setting would help: take another method or model.")))
    return " ".join(
        (
            size,
            owner.tr(
                "The mildest change first; the learning curve stays the same where it says so."
            ),
        )
    )
