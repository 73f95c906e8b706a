"""What a run that broke off has kept, and what would have to be done again."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ftstudio.core.units import format_count, format_duration, format_when, plural
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.text import text


class SafeCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=12)
        self.add_title(self.tr("What is safe"), "save")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self._shown: list[tuple[str, str]] = []

    def rows(self) -> list[tuple[str, str]]:
        return self._shown

    def show_status(self, status: RunStatus, saved_at: float = 0.0, then: str = "") -> None:
        """`saved_at`: when the last version was written, once it was found whole; `then`: what
        becomes of it all with the change that is chosen."""
        rows = self._rows_of(status, saved_at)
        if then:
            rows.append((self.tr("After the change"), then))
        if rows == self._shown:
            return
        self._shown = rows
        empty(self._grid)
        for number, (title, value) in enumerate(rows):
            self._grid.addWidget(text(title, "small"), number, 0, Qt.AlignmentFlag.AlignTop)
            words = text(value, None, wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, number, 1)

    def _rows_of(self, status: RunStatus, saved_at: float) -> list[tuple[str, str]]:
        if not status.saved:
            nothing = self.tr("nothing yet; your data and the model are as they were")
            return [(self.tr("Last save"), nothing)]
        step = max(status.saved)
        saved = self.tr("step {step}").format(step=format_count(step))
        if saved_at:
            saved = self.tr("step {step}, {when}, whole").format(
                step=format_count(step), when=format_when(saved_at, time.time())
            )
        rows = [(self.tr("Last save"), saved), (self.tr("To repeat"), self._again(status, step))]
        if status.best_loss is not None:
            rows.append((
                self.tr("Best so far"),
                self.tr("step {step}, loss {loss}").format(
                    step=format_count(status.best_step), loss=f"{status.best_loss:.3g}"),
            ))  # fmt: skip
        return rows

    def _again(self, status: RunStatus, step: int) -> str:
        lost = max(0, status.step - step)
        if not lost:
            return self.tr("nothing")
        count = plural(lost, self.tr("1 step"), self.tr("{n} steps"))
        seconds = status.active_seconds * lost / max(1, status.step)
        if seconds < 1:
            return count
        return self.tr("{steps}, about {time}").format(steps=count, time=format_duration(seconds))
