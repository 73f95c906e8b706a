"""Draws every form: one row per declared setting, from the declaration alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.params import Params, ParamSpec
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.number_field import NumberField
from ftstudio.ui.widgets.text import ElidedLabel, FieldLabel, text

_FIELD_WIDTH = 200


class QuietCombo(QComboBox):
    """A drop-down that the mouse wheel does not change in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


@dataclass
class _Row:
    spec: ParamSpec
    widget: QWidget
    control: QWidget
    help: QLabel
    source: QLabel
    problem: QLabel
    idle: QLabel  # why it does not count now
    unusable: QLabel  # why some of its choices can't be taken


class ParamsForm(QWidget):
    """`changed` carries all values, after each change that is valid; `edited` follows on any. A
    setting that does not count beside the others is greyed, and says why."""

    changed = Signal(dict)
    edited = Signal()

    def __init__(self, params_type: type[Params], values: dict[str, Any] | Params | None = None,
                 level: str = "simple", parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._type = params_type
        given = values.model_dump() if isinstance(values, Params) else dict(values or {})
        self._values: dict[str, Any] = {}
        self._given_idle: dict[str, str] = {}
        self._rows: dict[str, _Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for spec in params_type.specs():
            self._values[spec.name] = given.get(spec.name, spec.default)
            if spec.title:
                row = self._make_row(spec)
                self._rows[spec.name] = row
                column.addWidget(row.widget)
        self._empty = text(self.tr("Nothing has to be set here."), "muted")
        column.addWidget(self._empty)
        column.addStretch(1)
        self.set_level(level)
        self._show_idle()

    def set_level(self, level: str) -> None:
        """ "simple" hides what is safe to leave alone; hidden settings keep their values."""
        shown = 0
        for row in self._rows.values():
            visible = level == "all" or row.spec.level == "simple"
            row.widget.setVisible(visible)
            shown += visible
        self._empty.setVisible(not shown)

    def values(self) -> dict[str, Any]:
        """The last valid value of every setting, hidden ones too."""
        return dict(self._values)

    def set_values(self, values: dict[str, Any]) -> None:
        """Show other values without a signal."""
        for name, value in values.items():
            self._values[name] = value
            if name in self._rows:
                self._show_value(self._rows[name], value)
        self._show_idle()

    def set_idle(self, reasons: dict[str, str]) -> None:
        """What does not count for a reason outside of this form, by setting."""
        if reasons != self._given_idle:
            self._given_idle = dict(reasons)
            self._show_idle()

    def why_idle(self, name: str) -> str:
        """Why this setting does not count now; empty where it does."""
        row = self._rows[name]
        return "" if row.widget.isEnabled() else row.idle.text()

    def set_unusable(self, reasons: dict[str, dict[Any, str]]) -> None:
        """Choices that can't be taken, by setting: greyed, each with its reason."""
        for name, cant in reasons.items():
            row = self._rows[name]
            labels = dict(row.spec.choices)
            combo = row.control
            assert isinstance(combo, QComboBox)
            model = combo.model()
            assert isinstance(model, QStandardItemModel)
            for index in range(combo.count()):
                why = cant.get(combo.itemData(index), "")
                model.item(index).setEnabled(not why)
                combo.setItemData(index, why, Qt.ItemDataRole.ToolTipRole)
            said = [f"{labels[choice]}: {why}" for choice, why in cant.items()]
            row.unusable.setText("\n".join(said))
            row.unusable.setVisible(bool(said))

    def _show_idle(self) -> None:
        reasons = {**self._type.idle(self._values), **self._given_idle}
        for name, row in self._rows.items():
            why = reasons.get(name, "")
            row.idle.setText(why)
            row.idle.setVisible(bool(why))
            row.widget.setEnabled(not why)
            row.control.setAccessibleDescription(why or row.spec.help)
            row.help.setVisible(not why)

    def set_sources(self, sources: dict[str, str]) -> None:
        """Where defaults are from, by setting: said below its help, in small."""
        for name, row in self._rows.items():
            words = sources.get(name, "")
            row.source.setText(self.tr("Default: {source}").format(source=words))
            row.source.setVisible(bool(words))

    def problems(self) -> list[str]:
        """What is wrong now, each with the setting's name."""
        found = []
        for row in self._rows.values():
            if isinstance(row.control, NumberField) and row.control.problem():
                found.append(f"{row.spec.title}: {row.control.problem()}")
        return found

    def control(self, name: str) -> QWidget:
        return self._rows[name].control

    def _make_row(self, spec: ParamSpec) -> _Row:
        widget = QWidget()
        outer = QHBoxLayout(widget)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(24)
        words = QVBoxLayout()
        words.setSpacing(2)
        control = self._make_control(spec)
        words.addLayout(self._title_row(spec, control))
        help_line = text(spec.help, "small", wrap=True)
        source = text("", "faint", wrap=True)
        source.hide()
        problem = text("", "small", wrap=True)
        problem.setProperty("tone", "bad")
        problem.hide()
        idle = text("", "small", wrap=True)
        idle.hide()
        unusable = text("", "small", wrap=True)
        unusable.hide()
        words.addWidget(help_line)
        words.addWidget(idle)
        words.addWidget(unusable)
        words.addWidget(source)
        words.addWidget(problem)
        outer.addLayout(words, 1)
        if not isinstance(control, QCheckBox):
            outer.addWidget(_field(control, spec.unit), 0, Qt.AlignmentFlag.AlignTop)
        return _Row(spec, widget, control, help_line, source, problem, idle, unusable)

    def _title_row(self, spec: ParamSpec, control: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        if isinstance(control, QCheckBox):
            row.addWidget(control)
        else:
            row.addWidget(FieldLabel(spec.title, control, "h3"))
        if spec.term and spec.term.lower() != spec.title.lower():
            row.addWidget(ElidedLabel(spec.term, "faint"), 1)
        else:
            row.addStretch(1)
        return row

    def _make_control(self, spec: ParamSpec) -> QWidget:
        value = self._values[spec.name]
        control: QWidget
        if spec.kind == "bool":
            box = QCheckBox(spec.title)
            box.setChecked(bool(value))
            box.toggled.connect(self._on_edited)
            control = box
        elif spec.kind == "choice":
            control = self._make_combo(spec, value)
        elif spec.kind == "text":
            line = QLineEdit(str(value or ""))
            line.textEdited.connect(self._on_edited)
            control = line
        else:
            number = NumberField(spec, value)
            number.edited.connect(self._on_edited)
            control = number
        control.setObjectName(spec.name)
        control.setAccessibleName(spec.title)
        control.setAccessibleDescription(spec.help)
        control.setWhatsThis(spec.help)
        return control

    def _make_combo(self, spec: ParamSpec, value: Any) -> QComboBox:
        combo = QuietCombo()
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if spec.optional:
            combo.addItem(self.tr("decided for you"), None)
        for choice, words in spec.choices:
            combo.addItem(words, choice)
        combo.setCurrentIndex(max(0, combo.findData(value)))
        combo.activated.connect(self._on_edited)
        return combo

    def _show_value(self, row: _Row, value: Any) -> None:
        control = row.control
        control.blockSignals(True)
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(value)))
        elif isinstance(control, NumberField):
            control.set_value(value)
        elif isinstance(control, QLineEdit):
            control.setText(str(value or ""))
        control.blockSignals(False)
        self._show_problem(row, "")

    def _on_edited(self) -> None:
        sender = self.sender()
        if not isinstance(sender, QObject):
            return
        row = self._rows[sender.objectName()]
        problem = row.control.problem() if isinstance(row.control, NumberField) else ""
        self._show_problem(row, problem)
        if not problem:
            self._values[row.spec.name] = _read(row.control)
            self._show_idle()
            self.changed.emit(self.values())
        self.edited.emit()

    def _show_problem(self, row: _Row, problem: str) -> None:
        row.problem.setText(problem)
        row.problem.setVisible(bool(problem))
        restyle(row.control, "tone", "bad" if problem else "")


def _field(control: QWidget, unit: str) -> QWidget:
    """The control with its unit behind it; all fields of a form are equally wide."""
    holder = QWidget()
    holder.setFixedWidth(_FIELD_WIDTH)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(control, 1)
    if unit:
        row.addWidget(text(unit, "small"))
    return holder


def _read(control: QWidget) -> Any:
    if isinstance(control, QCheckBox):
        return control.isChecked()
    if isinstance(control, QComboBox):
        return control.currentData()
    if isinstance(control, NumberField):
        return control.value()
    assert isinstance(control, QLineEdit)
    return control.text()
