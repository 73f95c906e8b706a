"""One method as a card: its memory by part, what fits, how long it takes, how large the result."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.method import Method
from ftstudio.core.units import format_bytes, format_duration
from ftstudio.planning.machine import Machine
from ftstudio.planning.proposal import Proposal
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.choice_cards import ChoiceCard
from ftstudio.ui.widgets.figure_words import FIT_TONES, figure, fit_words
from ftstudio.ui.widgets.memory_bar import MemoryBar
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text


class MethodCard(ChoiceCard):
    def __init__(self, method: Method, parent: QWidget | None = None) -> None:
        super().__init__(method.key, method.title, "", "", parent)
        self.recommended = Chip(self.tr("Recommended"), "accent")
        self.fit = Chip("", "neutral")
        self.title_row.insertWidget(1, self.recommended)
        self.title_row.addWidget(self.fit)
        self.body.addWidget(text(method.promise, "muted", wrap=True))
        self.body.addWidget(ElidedLabel(method.term, "faint"))
        if method.evidence:
            self.body.addLayout(self._evidence(method.evidence))
        self.refusal = text("", "small", wrap=True)
        self.body.addWidget(self.refusal)
        self.body.addStretch(1)
        self.bar = MemoryBar({}, None, 1)
        self.body.addSpacing(6)
        self.body.addWidget(self.bar)
        self.body.addLayout(self._make_figures())
        self._promise = method.promise

    def _evidence(self, words: str) -> QHBoxLayout:
        """What speaks against it, with its figures."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("scale", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text(words, "small", wrap=True), 1)
        return row

    def _make_figures(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.need = text("", "h3")
        self.free = text("", "small")
        self.rest = ElidedLabel("", "small")
        self.rest.set_trailing()
        row.addWidget(self.need)
        row.addWidget(self.free)
        row.addWidget(self.rest, 1)
        return row

    def show_proposal(self, proposal: Proposal, machine: Machine, recommended: bool) -> None:
        total, free = proposal.memory.shown, machine.free_bytes
        self.bar.set(proposal.memory.parts, free, max(machine.total_bytes, total))
        self.need.setText(figure(self, proposal.memory))
        self.free.setText(self.tr("of {size} free").format(size=format_bytes(free)))
        time = format_duration(proposal.forecast.middle)
        size = format_bytes(proposal.result_bytes)
        self.rest.setText(self.tr("≈ {time} · {size}").format(time=time, size=size))
        whole = self.tr("about {time}, a result of {size}").format(time=time, size=size)
        self.fit.set(fit_words(self, proposal.fit), FIT_TONES[proposal.fit])
        self.recommended.setVisible(recommended and proposal.fit != "does not fit")
        self.set_locked(proposal.refusal)
        self.refusal.setText(proposal.refusal)
        self.refusal.setVisible(bool(proposal.refusal))
        for part in (self.bar, self.need, self.free, self.rest, self.fit):
            part.setVisible(not proposal.refusal)
        self.setAccessibleDescription(
            ". ".join([self._promise, fit_words(self, proposal.fit), self.need.text(),
                       self.free.text(), whole, proposal.refusal])
        )  # fmt: skip
