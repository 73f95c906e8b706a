"""All settings of a run: presets, a few that matter, or every one; drawn from declarations."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.params import Params
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.planning.attending import unusable
from ftstudio.planning.proposal import Proposal
from ftstudio.planning.setup_draft import Preset
from ftstudio.techniques import methods, safeguards
from ftstudio.techniques.fitting import why_not_protect
from ftstudio.techniques.idle import idle_method, idle_objective, idle_training
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.fit_strip import FitStrip
from ftstudio.ui.setup.more_data_card import MoreDataCard
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.setup.reached import show_reached
from ftstudio.ui.setup.reasons_card import ReasonsCard
from ftstudio.ui.setup.rewards_card import RewardsCard
from ftstudio.ui.setup.safeguards_card import SafeguardsCard
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import ElidedLabel, text

_BESIDE = {"simple": 860, "all": 980}  # pixels; all settings have wider rows than a few


class SettingsPage(SetupPage):
    key = "settings"

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._level = desk.studio.settings.detail
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(self._make_top())
        self.fit = FitStrip()
        self.fit.reached.connect(lambda: show_reached(self.desk, self.fit.how))
        self.fit.undo.undo.connect(desk.ways.undo)
        column.addWidget(self.fit)
        self._halves = QHBoxLayout()
        self._halves.setSpacing(20)
        self._training = Card(margin=20, spacing=16)
        self._training.body.addWidget(text(self.tr("Training"), "h2"))
        self._own = Card(margin=20, spacing=16)
        self._own_title = text("", "h2")
        self._own.body.addWidget(self._own_title)
        right = QVBoxLayout()
        right.setSpacing(20)
        self.reasons = ReasonsCard()
        right.addWidget(self._own)
        self.rewards = RewardsCard()
        self.rewards.rewards_changed.connect(desk.set_rewards)
        self.more_data = MoreDataCard()
        self.more_data.data_changed.connect(desk.set_more_data)
        self.safeguards = SafeguardsCard()
        self.safeguards.safeguards_changed.connect(desk.set_safeguards)
        for card in (self.rewards, self.more_data, self.safeguards):
            right.addWidget(card)
        right.addWidget(self.reasons)
        right.addStretch(1)
        self._halves.addWidget(self._training, 1)
        self._halves.addLayout(right, 1)
        column.addLayout(self._halves)
        column.addStretch(1)
        self.form: ParamsForm | None = None
        self.method_form: ParamsForm | None = None
        self.objective_form: ParamsForm | None = None
        self._pair = ("", "")
        self._room = 0

    def _make_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.preset = Segmented(
            [
                ("quick", self.tr("Quick look")),
                ("balanced", self.tr("Balanced")),
                ("thorough", self.tr("Thorough")),
            ],
            "balanced",
        )
        self.preset.chosen.connect(self._on_preset)
        self._about = ElidedLabel("", "muted")
        self.level = Segmented(
            [("simple", self.tr("Simple")), ("all", self.tr("All"))], self._level
        )
        self.level.chosen.connect(self._on_level)
        row.addWidget(self.preset)
        row.addWidget(self._about, 1)
        row.addWidget(self.level)
        return row

    def title(self) -> str:
        return self.tr("Settings")

    def facts(self) -> str:
        if self.desk.draft.path:
            return self.tr("These are of the first stage; the others take what is safe for them.")
        return self.tr("All are set already. Each says what it does; change what you like.")

    def refresh(self) -> None:
        proposal = self.desk.proposal
        if proposal is None:
            return
        self._show_picked()
        if self.desk.situation is not None:
            self.fit.show_proposal(proposal, self.desk.situation.machine)
        self.fit.undo.show_change(self.desk.ways.last)
        self.preset.select(self.desk.draft.preset)
        self._about.setText(self._preset_words())
        self.reasons.show_decisions(proposal.decisions)
        if self.form is None:
            self.form = ParamsForm(TrainingSettings, proposal.training, self._level)
            self.form.changed.connect(self.desk.set_training)
            self._training.body.addWidget(self.form)
        self._update(self.form, proposal.training)
        pair = (proposal.objective.key, proposal.method.key)
        if self._pair != pair:
            self._pair = pair
            self._replace_own_forms()
        if self.method_form is not None:
            self._update(self.method_form, proposal.params)
        self._show_idle(proposal)
        self.foot_changed.emit()

    def _show_picked(self) -> None:
        """What the goal wants beside its settings, and what can be protected."""
        draft, dataset, objective = self.desk.draft, self.desk.dataset, self.desk.objective
        if dataset is None:
            return
        known = self.desk.around.datasets
        self.rewards.setVisible(objective.wants_rewards)
        if objective.wants_rewards:
            self.rewards.show_rewards(draft.rewards, self.desk.around.judges, self.desk.held_out)
        self.more_data.setVisible(objective.wants_more_data)
        if objective.wants_more_data:
            why = objective.why_unweighed(self.desk.objective_params)
            self.more_data.show_data(draft.more_data, dataset, known, why)
        wanted = self._level == "all" or bool(draft.safeguards)
        self.safeguards.setVisible(wanted and not draft.path)
        self.safeguards.show_safeguards(draft.safeguards, dataset, known, self._why_not_protect)

    def _why_not_protect(self, key: str, earlier: DatasetVersion) -> str | None:
        proposal, own = self.desk.proposal, self.desk.dataset
        if proposal is None or own is None:
            return None
        goal, method = proposal.objective, proposal.method
        return why_not_protect(safeguards()[key], goal, method, earlier.facts, own.facts)

    def _update(self, form: ParamsForm, values: Params) -> None:
        """Show what the desk holds, without disturbing a field in which someone types."""
        new = values.model_dump()
        if form.values() != new:
            form.set_values(new)

    def _show_idle(self, proposal: Proposal) -> None:
        """What the goal and the method do not heed of each other is greyed, with the reason."""
        goal, method = proposal.objective, proposal.method
        params = self.desk.objective_params
        if self.form is not None:
            situation = self.desk.situation
            device = situation.machine.device if situation else ""
            self.form.set_idle(idle_training(goal, method, device=device, params=params))
            if situation is not None:
                cant = unusable(situation.shape, situation.machine)
                self.form.set_unusable({"attention": cant})
        if self.method_form is not None:
            shape = self.desk.situation.shape if self.desk.situation else None
            self.method_form.set_idle(idle_method(goal, method, proposal.params, shape))
        if self.objective_form is not None:
            own = goal.params.idle(params.model_dump())  # the form knows them, as they change
            idle = idle_objective(goal, method, params)
            self.objective_form.set_idle({k: why for k, why in idle.items() if k not in own})

    def _replace_own_forms(self) -> None:
        for form in (self.method_form, self.objective_form):
            if form is not None:
                form.hide()
                form.deleteLater()
        proposal = self.desk.proposal
        if proposal is None:
            return
        method = methods()[self._pair[1]]
        self._own_title.setText(method.title)
        self.method_form = ParamsForm(method.params, proposal.params, self._level)
        self.method_form.changed.connect(self.desk.set_method_params)
        objective = self.desk.objective
        self.objective_form = ParamsForm(objective.params, self.desk.objective_params, self._level)
        self.objective_form.changed.connect(self.desk.set_objective_params)
        self.objective_form.setVisible(self._level == "all")
        self.method_form.set_sources(method.sources)
        self.objective_form.set_sources(objective.sources)
        if self.form is not None:
            self.form.set_sources({**method.sources, **objective.sources})
        self._own.body.addWidget(self.method_form)
        self._own.body.addWidget(self.objective_form)

    def foot(self) -> Foot:
        problems = self.form.problems() if self.form else []
        if problems:
            return Foot(self.tr("Mend a setting to go on"), False, problems[0], problems[0])
        if self.desk.missing:
            return Foot(self.desk.missing, False, self.desk.missing)
        return Foot(self.tr("Continue to the review"))

    def asks(self) -> bool:
        return bool(self.desk.missing)

    def answered(self) -> bool:
        return not self.desk.missing and (self.form is None or not self.form.problems())

    def _preset_words(self) -> str:
        return {
            "quick": self.tr("One pass, to see whether it works at all."),
            "balanced": self.tr("What suits this data and this computer."),
            "thorough": self.tr("Twice the passes; stops early when nothing is gained."),
        }[self.desk.draft.preset]

    def _on_preset(self, key: str) -> None:
        self.desk.choose_preset(cast(Preset, key))

    def _on_level(self, level: str) -> None:
        self._level = cast(Any, level)
        self.desk.studio.remember(detail=level)
        for form in (self.form, self.method_form):
            if form is not None:
                form.set_level(level)
        if self.objective_form is not None:
            self.objective_form.set_level(level)
            self.objective_form.setVisible(level == "all")
        self._show_picked()
        self.fit_width(self._room)

    def fit_width(self, width: int) -> None:
        self._room = width
        beside = width >= _BESIDE[self._level]
        self._halves.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
