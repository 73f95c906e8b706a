"""A line that takes a number, or nothing where nothing means something too."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ftstudio.core.params import ParamSpec


def show_number(value: float | None) -> str:
    """0.0002 rather than 2e-4, 3 rather than 3.0."""
    if value is None:
        return ""
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value))
    words = f"{value:.10f}".rstrip("0")
    return words if float(words) == value else repr(value)


class NumberField(QLineEdit):
    """`edited` after each change that is a number within bounds; `problem()` says what is wrong."""

    edited = Signal()

    def __init__(self, spec: ParamSpec, value: float | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        if spec.optional:
            self.setPlaceholderText(spec.empty or self.tr("decided for you"))
        self.setText(show_number(value))
        self.textEdited.connect(self.edited)

    def value(self) -> float | None:
        """The number, or None; only to be asked where `problem()` is empty."""
        words = self._words()
        if not words:
            return None
        return int(float(words)) if self._spec.kind == "int" else float(words)

    def set_value(self, value: float | None) -> None:
        self.setText(show_number(value))

    def problem(self) -> str:
        spec, words = self._spec, self._words()
        if not words:
            return "" if spec.optional else self.tr("A number is needed here.")
        try:
            number = float(words)
        except ValueError:
            return self.tr("This is not a number.")
        if spec.kind == "int" and not number.is_integer():
            return self.tr("A whole number is needed here.")
        if spec.minimum is not None and number < spec.minimum:
            return self.tr("At least {limit}.").format(limit=show_number(spec.minimum))
        if spec.maximum is not None and number > spec.maximum:
            return self.tr("At most {limit}.").format(limit=show_number(spec.maximum))
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        up = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if up and self.value_ok() is not None:
            self._step(up)
        else:
            super().keyPressEvent(event)

    def value_ok(self) -> float | None:
        return None if self.problem() else self.value()

    def _step(self, up: int) -> None:
        here = float(self.value() or 0)
        step = self._spec.step or (1 if self._spec.kind == "int" else 0.1)
        there = here * (2.0**up) if self._spec.logarithmic else round(here + up * step, 10)
        low, high = self._spec.minimum, self._spec.maximum
        there = there if low is None else max(low, there)
        there = there if high is None else min(high, there)
        self.setText(show_number(there))
        self.edited.emit()

    def _words(self) -> str:
        words = self.text().strip().replace(" ", "").replace("\u202f", "")
        if words.count(",") == 1 and "." not in words:  # 0,0002 as written in half of Europe
            words = words.replace(",", ".")
        return words
