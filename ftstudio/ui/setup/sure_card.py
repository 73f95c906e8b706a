"""How sure the memory figure is, in a sentence, with the ways to know better."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.planning.proposal import Proposal
from ftstudio.planning.tried import Tried
from ftstudio.ui.setup.exact_figures import State
from ftstudio.ui.setup.reached import tried_words
from ftstudio.ui.setup.trial import STEPS, Trial
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.meter import Bar
from ftstudio.ui.widgets.text import IconLabel, text


class SureCard(Card):
    """`reached`: show how; `try_it` and `stop` a trial."""

    reached = Signal()
    try_it = Signal()
    stop = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="soft", margin=12, spacing=6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("gauge", "accent", 18))
        row.addWidget(text(self.tr("How sure is this?"), "h3"))
        row.addStretch(1)
        self.body.addLayout(row)
        self.words = text("", "small", wrap=True)
        self.body.addWidget(self.words)
        self.bar = Bar(height=6)
        self.body.addWidget(self.bar)
        links = QHBoxLayout()
        links.setSpacing(4)
        self.how = button(self.tr("How it was reached"), "link", small=True)
        self.how.clicked.connect(self.reached)
        self.trial = button(self.tr("Try it"), "link", small=True)
        self.trial.clicked.connect(self._on_trial)
        links.addWidget(self.how)
        links.addStretch(1)
        links.addWidget(self.trial)
        self.body.addLayout(links)
        self._at_work = False

    def show_state(
        self, proposal: Proposal, state: State, trouble: StudioError | None,
        tried: Tried | None, trial: Trial, why_not_try: str,
    ) -> None:  # fmt: skip
        self._at_work = trial.at_work
        self.bar.setVisible(trial.at_work)
        self.bar.set((trial.step + 0.3) / (STEPS + 1))
        self.trial.setText(self.tr("Cancel") if trial.at_work else self.tr("Try it"))
        self.trial.setEnabled(trial.at_work or not why_not_try)
        self.trial.setToolTip(
            why_not_try or self.tr("Three steps on the longest rows; nothing is kept.")
        )
        self.trial.setAccessibleDescription(self.trial.toolTip())
        if trial.at_work:
            self.words.setText(
                self.tr("Trying it on the longest rows: {what}.").format(what=trial.words)
            )
        else:
            self.words.setText(self._sentence(proposal, state, trouble, tried))

    def _sentence(
        self, proposal: Proposal, state: State, trouble: StudioError | None, tried: Tried | None
    ) -> str:
        if tried is not None:
            memory = tried_words(self, tried)
        elif proposal.memory.how == "exact":
            memory = self.tr("Counted step by step for this model and data; nothing has run yet.")
        elif state == "counting":
            memory = self.tr("A quick guess; it is being counted step by step now.")
        elif state == "failed":
            memory = self._not_counted(trouble)
        else:
            memory = self.tr("A quick guess from the model's sizes and the longest rows.")
        known = proposal.forecast.learned_from
        if known and tried is not None and tried.ran:
            time = self.tr("The time follows these steps.")
        elif known:
            time = self.tr("The time follows how fast “{run}” really was.").format(run=known)
        else:
            time = self.tr("The time is a rough guess until a run has finished here.")
        return f"{memory} {time}"

    def _not_counted(self, trouble: StudioError | None) -> str:
        words = self.tr("A quick guess; it could not be counted step by step here.")
        return f"{words} {trouble.why}" if trouble is not None else words

    def _on_trial(self) -> None:
        if self._at_work:
            self.stop.emit()
        else:
            self.try_it.emit()
