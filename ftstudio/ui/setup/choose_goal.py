"""What the model should learn: a card for each goal of the catalogue, those that suit the data
first, and a few plain questions for those who are not sure."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.objective import Objective
from ftstudio.core.units import plural
from ftstudio.planning.advice import natural_objective
from ftstudio.planning.path_setup import lacks, open_parts, settle
from ftstudio.planning.stages import RECIPES, Recipe
from ftstudio.techniques import objectives
from ftstudio.techniques.fitting import why_not_learn
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.guide_bar import GuideBar
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.setup.path_card import PathCard, PathDataCard
from ftstudio.ui.setup.wish_card import WishCard
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.choice_cards import ChoiceGroup


class GoalPage(SetupPage):
    key = "goal"

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._all = False
        self._first: set[str] = set()  # of each family the first, learnable if there is one
        self._data = ""  # the dataset for which the cards are in order
        self._known: list[str] = []  # all datasets, which the paths are judged by
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.guide = GuideBar()
        self.guide.chosen.connect(self._on_guided)
        self.guide.keep_chosen.connect(desk.keep_skills)
        column.addWidget(self.guide)
        self.group = ChoiceGroup(3)
        self.group.chosen.connect(self._on_chosen)
        self.path = PathDataCard()
        self.path.data_chosen.connect(self._on_path_data)
        column.addWidget(self.path)
        column.addWidget(self.group)
        column.addStretch(1)

    def title(self) -> str:
        return self.tr("What should the model learn?")

    def facts(self) -> str:
        dataset = self.desk.dataset
        if dataset is None:
            return ""
        one, many = self.tr("{name} · 1 example"), self.tr("{name} · {n} examples")
        return plural(dataset.total, one, many, name=dataset.name)

    def refresh(self) -> None:
        dataset, path = self.desk.dataset, self.desk.draft.path
        known = [one.id for one in self.desk.around.datasets]
        # The first stage of a path may read other data; the cards stay as they are for it.
        fresh = dataset is not None and dataset.id != self._data and not (path and self._data)
        if dataset is not None and (fresh or known != self._known):
            self._known = known
            self._data = dataset.id
            self._make_cards(dataset.facts)
            self.guide.show_data(dataset.facts)
        if self.group.cards():
            self.group.select(path or self.desk.objective.key)
        self.guide.show_keep(self.desk.draft.keep_skills)
        self.guide.setVisible(not path)
        self.path.setVisible(bool(path))
        if path:
            self.path.show_path(path, self.desk.draft.path_data, self.desk.around.datasets)
        self._show_some()
        self.foot_changed.emit()

    def _make_cards(self, facts: DatasetFacts) -> None:
        self.group.clear()
        refusals = {key: why_not_learn(one, facts) or "" for key, one in objectives().items()}
        best = "" if all(refusals.values()) else natural_objective(facts).key
        in_order = sorted(refusals, key=lambda k: bool(refusals[k]))  # stable: its order stays
        self._first = set()
        families: set[str] = set()
        for key in in_order:
            if refusals[key]:
                self._add_paths()  # a path is worth more room than what this data can't teach
            one = objectives()[key]
            self.group.add(GoalCard(one, facts, refusals[key], key == best))
            if one.family not in families:
                families.add(one.family)
                self._first.add(key)
        self._add_paths()

    def _add_paths(self) -> None:
        for key, recipe in RECIPES.items():
            if key not in self._first:
                self.group.add(PathCard(recipe, *lacks(recipe, self.desk.around.datasets)))
                self._first.add(key)

    def _show_some(self) -> None:
        shown = {*self._first, self.group.current()}
        for card in self.group.cards():
            card.setVisible(self._all or card.key in shown)
        self.group.close_gaps()

    def fit_width(self, width: int) -> None:
        self.group.set_columns(3 if width >= 960 else 2 if width >= 640 else 1)
        self.guide.set_narrow(width < 960)

    def foot(self) -> Foot:
        if self.desk.dataset is None or not self.group.cards():
            words = self.tr("Choose data first")
            return Foot(words, False, words)
        path = RECIPES.get(self.desk.draft.path)
        chosen = self.desk.objective
        more = len(self.group.cards()) > len(self._first)
        less = self.tr("Show fewer goals")
        words = self.tr("Show all {count} goals").format(count=len(self.group.cards()))
        secondary = (less if self._all else words) if more else ""
        if path is not None:
            return self._foot_of_path(path, secondary)
        refusal = why_not_learn(chosen, self.desk.dataset.facts)
        if refusal:
            return Foot(self.tr("No goal suits this data"), False, refusal, refusal, secondary)
        words = self.tr("Continue with “{goal}”").format(goal=chosen.title)
        return Foot(words, secondary=secondary)

    def _foot_of_path(self, recipe: Recipe, secondary: str) -> Foot:
        open_ones = open_parts(recipe, self.desk.draft.path_data)
        if open_ones:
            words = self.tr("Choose {what}").format(what=recipe.data[open_ones[0]])
            return Foot(words, False, words, secondary=secondary)
        words = self.tr("Continue with “{goal}”").format(goal=recipe.title)
        return Foot(words, secondary=secondary)

    def secondary(self) -> None:
        self._all = not self._all
        self._show_some()
        self.foot_changed.emit()

    def answered(self) -> bool:
        dataset, path = self.desk.dataset, RECIPES.get(self.desk.draft.path)
        if path is not None and open_parts(path, self.desk.draft.path_data):
            return False
        return dataset is not None and not why_not_learn(self.desk.objective, dataset.facts)

    def asks(self) -> bool:
        dataset = self.desk.dataset
        if dataset is None:
            return len(objectives()) > 1
        return sum(not why_not_learn(one, dataset.facts) for one in objectives().values()) != 1

    def _on_chosen(self, key: str) -> None:
        recipe = RECIPES.get(key)
        if recipe is not None:
            wanted = {**self.desk.draft.path_data}
            wanted.setdefault(recipe.steps[0].data, self._data)
            self.desk.choose_path(key, settle(recipe, wanted, self.desk.around.datasets))
            QTimer.singleShot(0, self, self._show_path_data)
            return
        if self.desk.draft.path:
            self.desk.choose_dataset(self._data)  # the cards were judged by that one
        self.desk.choose_objective(key)

    def _show_path_data(self) -> None:
        """The cards may stand far below the question that a path brings."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and not self.path.isHidden():
            above.ensureWidgetVisible(self.path)

    def _on_path_data(self, data: dict[str, str]) -> None:
        self.desk.choose_path(self.desk.draft.path, data)

    def _on_guided(self, key: str, preset: str) -> None:
        self.desk.choose_objective(key)
        if preset != self.desk.draft.preset:
            self.desk.choose_preset(preset)  # type: ignore[arg-type]


class GoalCard(WishCard):
    """One goal: its promise, what data it needs, and whether this data will do."""

    def __init__(
        self, objective: Objective, facts: DatasetFacts, refusal: str, best: bool,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            objective.key, objective.title, objective.icon, objective.promise, objective.term,
            objective.needs, parent,
        )  # fmt: skip
        if best:
            self.title_row.addWidget(Chip(self.tr("Suits your data"), "accent"))
        self.setToolTip(objective.when)
        if refusal:
            self.lock(refusal)
            return
        few = facts.train < objective.enough
        one, many = self.tr("Your row fits"), self.tr("Your {n} rows fit")
        if few:
            one = self.tr("Your row fits, but is the only one")
            many = self.tr("Your {n} rows fit, but are few")
        self.judge(plural(facts.train, one, many), "warn" if few else "ok")
