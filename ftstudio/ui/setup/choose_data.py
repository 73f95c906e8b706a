"""Which dataset to learn from: a card each, newest first."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.choice_cards import ChoiceCard, ChoiceGroup
from ftstudio.ui.widgets.empty_state import EmptyState
from ftstudio.ui.widgets.text import text


class DataPage(SetupPage):
    key = "data"

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.group = ChoiceGroup(2)
        self.group.chosen.connect(desk.choose_dataset)
        column.addWidget(self.group)
        self.empty = EmptyState(
            "database",
            self.tr("No dataset yet"),
            self.tr(
                "A model learns from examples: a spreadsheet with questions and answers, or chats."
            ),
            self.tr("Bring your data"),
            "plus",
        )
        self.empty.action.connect(self._on_new)
        column.addWidget(self.empty)
        row = QHBoxLayout()
        self.new = button(self.tr("Prepare other data"), "link", "plus")
        self.new.clicked.connect(self._on_new)
        row.addWidget(self.new)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self._shown: list[str] = []

    def title(self) -> str:
        return self.tr("What should it learn from?")

    def facts(self) -> str:
        return self.tr("Datasets are frozen when they are made, so a run can always be repeated.")

    def refresh(self) -> None:
        datasets = self.desk.around.datasets
        if [d.id for d in datasets] != self._shown:
            self._shown = [d.id for d in datasets]
            self.group.clear()
            for dataset in datasets:
                self.group.add(self._card(dataset))
        if self.desk.dataset is not None:
            self.group.select(self.desk.dataset.id)
        self.group.setVisible(bool(datasets))
        self.new.setVisible(bool(datasets))
        self.empty.setVisible(self.desk.ready and not datasets)
        self.foot_changed.emit()

    def _card(self, dataset: DatasetVersion) -> ChoiceCard:
        card = ChoiceCard(dataset.id, dataset.name, "", "database")
        counts = dataset.counts
        made = time.strftime("%d %b %Y, %H:%M", time.localtime(dataset.created))
        lines = [
            plural(
                counts["train"],
                self.tr("1 example to learn from"),
                self.tr("{n} examples to learn from"),
            ),
            self.tr("{count} held back to check it").format(
                count=format_count(counts.get("validation", 0))
            ),
        ]
        card.body.addWidget(text(" · ".join(lines), "muted", wrap=True))
        about = self.tr("made {when} · {id}").format(when=made, id=dataset.id)
        sources = [str(s.get("name", "")) for s in dataset.manifest.get("sources", [])]
        if any(sources):
            about = self.tr("from {files} · {rest}").format(files=", ".join(sources), rest=about)
        card.body.addWidget(text(about, "faint"))
        card.setAccessibleDescription(". ".join([*lines, about]))
        return card

    def fit_width(self, width: int) -> None:
        self.group.set_columns(2 if width >= 860 else 1)

    def foot(self) -> Foot:
        if self.desk.dataset is None:
            missing = self.tr("Choose a dataset to go on")
            return Foot(missing, enabled=False, missing=missing)
        words = self.tr("Continue with “{name}”").format(name=self.desk.dataset.name)
        return Foot(words)

    def asks(self) -> bool:
        return self.desk.dataset is None

    def answered(self) -> bool:
        return self.desk.dataset is not None

    def _on_new(self) -> None:
        self.leave.emit("data", None)
