"""How much of the model should change: a card for each method, with what it costs here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.planning.proposal import Proposal
from ftstudio.techniques import methods
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.fit_panel import FitPanel
from ftstudio.ui.setup.method_card import MethodCard
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.setup.reach import ReachFinder
from ftstudio.ui.setup.reached import show_reached
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.choice_cards import ChoiceGroup
from ftstudio.ui.widgets.figure_words import held_words
from ftstudio.ui.widgets.memory_bar import MemoryLegend
from ftstudio.ui.widgets.rung_words import rung_words

_BESIDE = 860  # narrower, the panel goes below
_TWO = 960
_SHOWN = 8


class MethodPage(SetupPage):
    key = "method"

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(MemoryLegend())
        self._halves = QHBoxLayout()
        self._halves.setSpacing(20)
        self._all = False
        self.group = ChoiceGroup(1)
        self.cards = {key: MethodCard(method) for key, method in methods().items()}
        for card in self.cards.values():
            self.group.add(card)
        self.group.chosen.connect(desk.choose_method)
        self.more = button("", "link")
        self.more.clicked.connect(self._on_more)
        cards = QVBoxLayout()
        cards.addWidget(self.group)
        cards.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        cards.addStretch(1)
        self.panel = FitPanel()
        self.panel.apply.connect(desk.ways.apply)
        self.panel.undo.undo.connect(desk.ways.undo)
        self.reach = ReachFinder(self)
        self.reach.found.connect(self.refresh)
        self.panel.sure.reached.connect(self._on_reached)
        self.panel.sure.try_it.connect(desk.foresight.try_now)
        self.panel.sure.stop.connect(desk.foresight.trial.cancel)
        self._halves.addLayout(cards, 1)
        self._halves.addWidget(self.panel)
        column.addLayout(self._halves, 1)

    def _show_some(self) -> None:
        """The usual ones first; those that can't be used here, and the rest, behind a link."""
        usual = [key for key in self.cards if not self._refused(key)][:_SHOWN]
        shown = {*usual, self.desk.method_key}
        for key, card in self.cards.items():
            card.setVisible(self._all or key in shown)
        self.group.close_gaps()
        self.more.setVisible(len(shown) < len(self.cards))
        words = self.tr("All {count} methods").format(count=len(self.cards))
        self.more.setText(self.tr("Fewer methods") if self._all else words)

    def _refused(self, key: str) -> bool:
        proposal = self.desk.proposals.get(key)
        return proposal is not None and bool(proposal.refusal)

    def _on_more(self) -> None:
        self._all = not self._all
        self._show_some()

    def title(self) -> str:
        return self.tr("How much of the model should change?")

    def facts(self) -> str:
        situation, proposal, model = self.desk.situation, self.desk.proposal, self.desk.model
        if situation is None or proposal is None or model is None:
            return ""
        machine, training = situation.machine, proposal.training
        held = held_words(self, machine)
        return self.tr(
            "{model} on {machine} · {free} of {total} free{held} · batch {batch} × {tokens} tokens"
        ).format(
            model=model.ref.name, machine=machine.name, free=format_bytes(machine.free_bytes),
            total=format_bytes(machine.total_bytes), batch=training.batch_size,
            tokens=f"{training.max_length:,}", held=f" ({held})" if held else "",
        )  # fmt: skip

    def refresh(self) -> None:
        situation = self.desk.situation
        for key, proposal in self.desk.proposals.items():
            if situation is not None:
                best = key == self.desk.recommended_key
                self.cards[key].show_proposal(proposal, situation.machine, best)
        if self.desk.method_key in self.cards:
            self.group.select(self.desk.method_key)
        self._show_some()
        proposal_now = self.desk.proposal
        self.panel.setVisible(proposal_now is not None)
        if situation is not None and proposal_now is not None:
            self.panel.show_proposal(situation, proposal_now, self.desk.ways.rungs())
            self.panel.undo.show_change(self.desk.ways.last)
            ahead = self.desk.foresight
            longest = ahead.longest(proposal_now)
            reach = self.reach.of(
                ahead.key, situation, proposal_now, longest,
                lambda memory: ahead.taught(memory, situation.machine),
                ahead.quick(proposal_now.method.key),
            )  # fmt: skip
            self.panel.show_reach(reach)
            self.panel.sure.show_state(
                proposal_now, ahead.exact.state, ahead.exact.trouble, ahead.tried, ahead.trial,
                ahead.why_not_try(),
            )  # fmt: skip
        self.foot_changed.emit()

    def foot(self) -> Foot:
        proposal = self.desk.proposal
        if proposal is None:
            words = self.tr("Measuring the data…")
            return Foot(words, enabled=False, missing=words)
        title = proposal.method.title
        if proposal.refusal:
            return Foot(self.tr("Choose another method"), False, proposal.refusal, proposal.refusal)
        if self._too_large(proposal):
            return self._foot_of_too_large(title)
        hint = ""
        best = self.desk.recommended_key
        if best != proposal.method.key:
            hint = self.tr("Recommended: {method}").format(method=methods()[best].title)
        return Foot(self.tr("Continue with {method}").format(method=title), hint=hint)

    def _foot_of_too_large(self, title: str) -> Foot:
        anyway = self.tr("Try anyway")
        best = self.desk.ways.best()
        hint = self.tr("{method} does not fit").format(method=title)
        if best is None or self.desk.proposal is None:
            missing = self.tr("Choose another method or a smaller model")
            return Foot(hint, False, missing, missing, anyway)
        change, _price = rung_words(self, best, self.desk.proposal)
        words = self.tr("{change} and continue · {size}")
        if best.method:
            change = self.tr("Take {method}").format(method=methods()[best.method].title)
        return Foot(words.format(change=change, size=format_bytes(best.total)), hint=hint,
                    secondary=anyway)  # fmt: skip

    def answered(self) -> bool:
        proposal = self.desk.proposal
        return proposal is not None and not proposal.refusal and not self._too_large(proposal)

    def primary(self) -> bool:
        """Going on with what does not fit takes the mildest change that makes it fit."""
        best = self.desk.ways.best()
        if best is not None and self.desk.proposal is not None:
            title, _price = rung_words(self, best, self.desk.proposal)
            self.desk.ways.apply(best, title)
        return self.answered()

    def secondary(self) -> None:
        self.forward.emit()

    def _too_large(self, proposal: Proposal) -> bool:
        return proposal.fit == "does not fit"

    def _on_reached(self) -> None:
        show_reached(self.desk, self.panel.sure.how)

    def fit_width(self, width: int) -> None:
        self.group.set_columns(2 if width >= _TWO else 1)
        beside = width >= _BESIDE
        self.panel.set_beside(beside)
        self._halves.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
