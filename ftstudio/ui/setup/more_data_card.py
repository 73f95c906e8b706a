"""Which further datasets are learned along with the first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ftstudio.core.plan import DatasetRef, MoreData
from ftstudio.core.units import plural
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.setup.picked_list import PickedLine, PickedList
from ftstudio.ui.widgets.text import text


class MoreDataCard(PickedList):
    """`data_changed` carries the list of MoreData."""

    data_changed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head(
            self.tr("Learn from these as well"),
            self.tr("Each dataset is a task of its own and is looked at by itself."),
        )
        self._known: dict[str, DatasetVersion] = {}
        self._chosen: list[MoreData] = []
        self._unweighed = ""
        self.weightless = text("", "small", wrap=True)
        self.body.addWidget(self.weightless)
        self.picked.connect(self._on_added)
        self.changed.connect(self._on_changed)

    def show_data(
        self, chosen: list[MoreData], first: DatasetVersion, datasets: list[DatasetVersion],
        unweighed: str = "",
    ) -> None:  # fmt: skip
        """`unweighed`: why their weights do not count now; they are kept, and greyed."""
        self._known = {one.id: one for one in datasets}
        taken = {first.id, *(more.dataset.id for more in chosen)}
        fitting = [d for d in datasets if d.facts.kind == first.facts.kind and d.id not in taken]
        self.offer(
            self.tr("Add a dataset…") if fitting else self.tr("There is no other dataset like it"),
            [(one.id, self._words(one)) for one in fitting],
        )
        if chosen != self._chosen:
            self._chosen = list(chosen)
            self.clear()
            for more in chosen:
                self._put(more)
        self._unweighed = unweighed
        self._show_weights()

    def _show_weights(self) -> None:
        for line in self.lines:
            if line.weight is not None:
                line.weight.setEnabled(not self._unweighed)
                line.weight.setToolTip(self._unweighed)
                line.weight.setAccessibleDescription(self._unweighed)
        self.weightless.setText(self._unweighed)
        self.weightless.setVisible(bool(self._unweighed and self.lines))

    def _words(self, one: DatasetVersion) -> str:
        alone, many = self.tr("{name} · 1 example"), self.tr("{name} · {n} examples")
        return plural(one.total, alone, many, name=one.name)

    def _put(self, more: MoreData) -> PickedLine:
        known = self._known.get(more.dataset.id)
        words = self.tr("? examples")
        if known:
            rows = known.counts["train"]
            words = plural(rows, self.tr("1 example"), self.tr("{n} examples"))
        return self.put(PickedLine(more.dataset.id, more.dataset.name, words, None, more.weight))

    def _on_added(self, key: str) -> None:
        one = self._known[key]
        ref = DatasetRef(id=one.id, path=str(one.path), name=one.name)
        self._put(MoreData(dataset=ref))
        self._chosen.append(MoreData(dataset=ref))
        self._show_weights()
        self._on_changed()

    def _on_changed(self) -> None:
        by_id = {more.dataset.id: more.dataset for more in self._chosen}
        self._chosen = [
            MoreData(dataset=by_id[line.key], weight=max(0.01, line.weighs()))
            for line in self.lines
        ]
        self.data_changed.emit(list(self._chosen))
