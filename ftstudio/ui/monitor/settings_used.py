"""What a run was asked to do, in words, read from its `job.json`."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ftstudio.core.params import ParamSpec
from ftstudio.core.plan import Plan
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.core.units import format_count
from ftstudio.jobs.status import RunStatus
from ftstudio.planning.peak import Peak
from ftstudio.techniques import methods
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.text import text


class SettingsUsedCard(Card):
    """Two columns of plain words, the field's term after each in faint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=12)
        self.add_title(self.tr("Settings of this run"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)
        self._shown: list[tuple[str, str, str]] = []

    def rows(self) -> list[tuple[str, str, str]]:
        """(plain title, term, value) as shown."""
        return self._shown

    def show_plan(self, plan: Plan | None, status: RunStatus, peak: Peak | None = None) -> None:
        rows = self._rows_of(plan, status, peak) if plan else []
        if rows == self._shown:
            return
        self._shown = rows
        empty(self._grid)
        for row, (title, term, value) in enumerate(rows):
            self._grid.addWidget(text(title, "small"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text(term, "faint"), row, 1, Qt.AlignmentFlag.AlignTop)
            words = text(value, None, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(words, row, 2)

    def _rows_of(
        self, plan: Plan, status: RunStatus, peak: Peak | None
    ) -> list[tuple[str, str, str]]:
        rows = [
            (self.tr("Base model"), "", f"{plan.model.name} · {plan.model.sha256[:12]}"),
            (self.tr("Licence"), "", plan.model.licence),
            (self.tr("Data"), self.tr("dataset version"),
             f"{plan.dataset.name} · {plan.dataset.id}"),
            (self.tr("How it learns"), self.tr("method"), method_title(plan.method)),
        ]  # fmt: skip
        rows += method_rows(plan.method, plan.method_params)
        for spec in TrainingSettings.specs():
            value = getattr(plan.training, spec.name)
            rows.append((spec.title, spec.term, value_in_words(spec, value)))
        rows += self._facts_of(status)
        if peak is not None:
            rows.append((self.tr("Memory, measured"), self.tr("peak"), peak.in_words()))
        rows += [(d.name, self.tr("decided for you"), f"{d.value}: {d.reason}")
                 for d in plan.decisions]  # fmt: skip
        return rows

    def _facts_of(self, status: RunStatus) -> list[tuple[str, str, str]]:
        rows: list[tuple[str, str, str]] = []
        if status.device:
            where = " · ".join(p for p in (status.device_name or status.device, status.dtype) if p)
            rows.append((self.tr("Ran on"), self.tr("device"), f"{where}. {status.device_reason}"))
        if status.trainable_parameters:
            share = 100 * status.trainable_parameters / max(1, status.all_parameters)
            rows.append((
                self.tr("Weights that move"), self.tr("trainable parameters"),
                self.tr("{count} of {total} ({share} %)").format(
                    count=format_count(status.trainable_parameters),
                    total=format_count(status.all_parameters), share=f"{share:.2g}"),
            ))  # fmt: skip
        if status.train_rows:
            rows.append((
                self.tr("Examples"), "",
                self.tr("{train} to learn from, {unseen} kept unseen, {cut} cut").format(
                    train=format_count(status.train_rows),
                    unseen=format_count(status.validation_rows),
                    cut=format_count(status.cut_rows)),
            ))  # fmt: skip
        return rows


def value_in_words(spec: ParamSpec, value: Any) -> str:
    """A setting's value as its form shows it."""
    if value is None:
        return "decided for you"
    if spec.kind == "bool":
        return "on" if value else "off"
    if spec.kind == "choice":
        return str(dict(spec.choices).get(value, value))
    number = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{number} {spec.unit}".strip()


def method_title(key: str) -> str:
    """ "LoRA" for "lora"; an unknown method, of a newer version perhaps, keeps its key."""
    method = methods().get(key)
    return method.title if method else key


def method_rows(key: str, params: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The method's own settings in the words of its declaration."""
    method = methods().get(key)
    specs = {spec.name: spec for spec in method.params.specs()} if method else {}
    rows = []
    for name, value in params.items():
        spec = specs.get(name)
        if spec is None:
            rows.append((name, "", str(value)))
        else:
            rows.append((spec.title, spec.term, value_in_words(spec, value)))
    return rows
