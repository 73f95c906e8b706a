"""A path of several runs among the goals, and from which data each of its stages learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.planning.path_setup import fitting
from ftstudio.planning.stages import RECIPES, Recipe, Step
from ftstudio.ui.setup.wish_card import WishCard
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.params_form import QuietCombo
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.text import IconLabel, text

_ICON = "list-ordered"


class PathCard(WishCard):
    def __init__(
        self, recipe: Recipe, ready: int, waits: str, parent: QWidget | None = None
    ) -> None:
        """`ready`: how many stages could be trained today; `waits`: what the others wait for."""
        wanted = [words for name, words in recipe.data.items() if name not in recipe.instead]
        needs = "; ".join(wanted)
        super().__init__(
            recipe.key, recipe.title, _ICON, recipe.promise, recipe.term,
            needs[:1].upper() + needs[1:], parent,
        )  # fmt: skip
        if waits:
            self.lock(waits, partly=ready > 0)
        else:
            self.judge(self.tr("Your data fit every stage"), "ok")


class PathDataCard(Card):
    """The stages in their order, each with a list to pick its data from."""

    data_chosen = Signal(dict)  # part -> dataset's id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="accent", margin=12, spacing=8)
        self.body.addWidget(text(self.tr("From which data does each stage learn?"), "h3"))
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        self.body.addLayout(self._row)
        self.picks: dict[str, QuietCombo] = {}
        self._shown: object = None
        self.hide()

    def show_path(
        self, kind: str, chosen: Mapping[str, str], datasets: Sequence[DatasetVersion]
    ) -> None:
        recipe = RECIPES[kind]
        now = (kind, [one.id for one in datasets])
        if self._shown != now:
            self._shown = now
            self._make(recipe, datasets)
        for name, pick in self.picks.items():
            pick.setCurrentIndex(max(0, pick.findData(chosen.get(name, ""))))

    def _make(self, recipe: Recipe, datasets: Sequence[DatasetVersion]) -> None:
        empty(self._row)
        self.picks = {}
        for number, step in enumerate(recipe.steps, 1):
            if number > 1:
                self._row.addWidget(IconLabel("arrow-right", "muted", 16))
            self._row.addWidget(self._stage(recipe, number, step, datasets), 1)

    def _stage(
        self, recipe: Recipe, number: int, step: Step, datasets: Sequence[DatasetVersion]
    ) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(text(f"{number}  {step.title}", "h3"))
        head.addWidget(text(step.term, "faint"))
        head.addStretch(1)
        column.addLayout(head)
        pick = QuietCombo()
        pick.setAccessibleName(
            self.tr("Data of stage {number}, {title}: {what}").format(
                number=number, title=step.title, what=recipe.data[step.data]
            )
        )
        pick.setToolTip(recipe.data[step.data])
        pick.setSizeAdjustPolicy(QuietCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        pick.setMinimumContentsLength(14)
        instead = recipe.instead.get(step.data)
        words = self.tr("The same as for stage 1") if instead else self.tr("Choose …")
        pick.addItem(words, "")
        for one in fitting(recipe, step.data, datasets):
            count = format_count(one.facts.train)
            pick.addItem(self.tr("{name} · {count}").format(name=one.name, count=count), one.id)
        pick.activated.connect(self._on_picked)
        self.picks[step.data] = pick
        column.addWidget(pick)
        return holder

    def _on_picked(self) -> None:
        data = {name: str(pick.currentData()) for name, pick in self.picks.items()}
        self.data_chosen.emit({name: one for name, one in data.items() if one})
