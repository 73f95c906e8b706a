"""What the model shall not forget: a way of protecting, and the data that shows what it can."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ftstudio.core.plan import DatasetRef, SafeguardChoice
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.techniques import safeguards
from ftstudio.ui.setup.picked_list import PickedLine, PickedList

WhyNot = Callable[[str, DatasetVersion], str | None]  # a way of protecting, what it is to protect


class SafeguardsCard(PickedList):
    """`safeguards_changed` carries the list of SafeguardChoice."""

    safeguards_changed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head(
            self.tr("What it shall not forget"),
            self.tr("Learning something new costs older skills. Choose data that shows one."),
        )
        self._known: dict[str, DatasetVersion] = {}
        self._chosen: list[SafeguardChoice] = []
        self.picked.connect(self._on_added)
        self.changed.connect(self._on_changed)

    def show_safeguards(
        self, chosen: list[SafeguardChoice], first: DatasetVersion,
        datasets: list[DatasetVersion], why_not: WhyNot,
    ) -> None:  # fmt: skip
        """Only what can be protected beside this data is offered; a line says why it can't."""
        self._known = {one.id: one for one in datasets}
        fitting = [d for d in datasets if d.facts.kind == first.facts.kind and d.id != first.id]
        choices = [
            (
                f"{key}:{one.id}",
                self.tr("{way} of {dataset}").format(way=way.title, dataset=one.name),
            )
            for one in fitting
            for key, way in safeguards().items()
            if why_not(key, one) is None
        ]
        self.offer(
            self.tr("Protect an earlier skill…")
            if choices
            else self.tr("Prepare a dataset of the earlier skill first"),
            choices,
        )
        if chosen != self._chosen:
            self._chosen = list(chosen)
            self.clear()
            for choice in chosen:
                self._put(choice)
        for line in self.lines:
            way, _colon, dataset = line.key.partition(":")
            there = self._known.get(dataset)
            line.show_problem((there and why_not(way, there)) or "")

    def _put(self, choice: SafeguardChoice) -> PickedLine:
        way = safeguards()[choice.key]
        params = way.params.model_validate(choice.params)
        title = self.tr("{way} of {dataset}").format(way=way.title, dataset=choice.dataset.name)
        line = self.put(PickedLine(f"{choice.key}:{choice.dataset.id}", title, way.term, params))
        line.setToolTip(f"{way.promise} {way.when}")
        return line

    def _on_added(self, key: str) -> None:
        way, _colon, dataset = key.partition(":")
        one = self._known[dataset]
        ref = DatasetRef(id=one.id, path=str(one.path), name=one.name)
        choice = SafeguardChoice(key=way, dataset=ref)
        self._put(choice)
        self._chosen.append(choice)
        self._on_changed()

    def _on_changed(self) -> None:
        data = {choice.dataset.id: choice.dataset for choice in self._chosen}
        self._chosen = [
            SafeguardChoice(
                key=line.key.partition(":")[0],
                params=line.form.values() if line.form else {},
                dataset=data[line.key.partition(":")[2]],
            )
            for line in self.lines
        ]
        self.safeguards_changed.emit(list(self._chosen))
