"""What holds for all rows, as three sums: something to learn, an end that is learned, same code."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ftstudio.core.example import ExampleKind
from ftstudio.core.units import format_count, plural
from ftstudio.ui.dataset.preview.preview_result import Within
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text


class SumsView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._sums: list[tuple[IconLabel, ElidedLabel, QLabel]] = []
        for row in range(3):
            icon = IconLabel("clock", "muted", 18)
            words, count = ElidedLabel(""), text("", "small")
            grid.addWidget(icon, row, 0)
            grid.addWidget(words, row, 1)
            grid.addWidget(count, row, 2)
            self._sums.append((icon, words, count))

    def show_sums(self, within: Within, kind: ExampleKind) -> None:
        total, refused, zero = within.total, within.refused, within.barren
        good = total - zero
        if refused:
            one = self.tr("The chat template refuses 1 row.")
            first = plural(refused, one, self.tr("The chat template refuses {n} rows."))
        elif zero:
            one = self.tr("1 row has nothing to learn from.")
            first = plural(zero, one, self.tr("{n} rows have nothing to learn from."))
        else:
            first = self.tr("Every row has something to learn from.")
        self._set(0, "ok" if not zero else "bad", first, good, total)
        headed = kind in ("label", "number")  # nothing is written, so nothing ends
        for widget in self._sums[1]:
            widget.setVisible(not headed)
        stops = within.stop_learned
        if stops == total:
            second = self.tr("The stop mark is learned in every row.")
        elif stops:
            second = self.tr("The stop mark is learned, except in rows that are cut.")
        else:
            second = self.tr("The stop mark is never learned: answers may not end.")
        tone = "ok" if stops == total else "warn" if stops else "bad"
        self._set(1, tone, second, stops, total)
        third = self.tr("Made by the same code that training takes its rows from.")
        self._set(2, "ok", third, total - refused, total)

    def _set(self, index: int, tone: str, words: str, count: int, total: int) -> None:
        icon, label, number = self._sums[index]
        name = {"ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}[tone]
        icon.set_icon(name, tone)
        label.setText(words)
        number.setText(
            self.tr("{n} of {all}").format(n=format_count(count), all=format_count(total))
        )
        restyle(label, "tone", "" if tone == "ok" else tone)
