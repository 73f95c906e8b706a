"""What was done to the rows, in order, each step with its own way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import steps
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.card import Chip, line
from ftstudio.ui.widgets.text import IconLabel, text


class DoneList(QWidget):
    taken_back = Signal(int)  # place in the list

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._inside = QWidget()
        self._column.addWidget(self._inside)

    def set_steps(self, applied: list[AppliedStep], only_felt: bool = False) -> None:
        """`only_felt`: leave out the steps that found nothing to do."""
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        shown = 0
        for place, step in enumerate(applied):
            if only_felt and step.rows_in == step.rows_out and not step.changed:
                continue
            if shown:
                column.addWidget(line())
            column.addLayout(self._step(place, step))
            shown += 1
        if not shown:
            words = self.tr("Nothing had to be done.") if applied else self.tr("Nothing so far.")
            column.addWidget(text(words, "muted"))
        self._column.replaceWidget(self._inside, fresh)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = fresh

    def _step(self, place: int, step: AppliedStep) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        number = Chip(str(place + 1))
        number.setFixedWidth(34)
        row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        title = steps()[step.key].title
        words.addWidget(text(title, "h3", wrap=True))
        words.addWidget(text(self.what_it_did(step), "small", wrap=True))
        row.addLayout(words, 1)
        back = icon_button("undo-2", self.tr("Take back: {title}").format(title=title))
        back.setObjectName(str(place))
        back.clicked.connect(self._on_back)
        row.addWidget(back, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def what_it_did(self, step: AppliedStep) -> str:
        gone = step.rows_in - step.rows_out
        said = []
        if gone == 1:
            said.append(self.tr("1 row left out"))
        elif gone:
            said.append(self.tr("{n} rows left out").format(n=format_count(gone)))
        if step.changed == 1:
            said.append(self.tr("1 row changed"))
        elif step.changed:
            said.append(self.tr("{n} rows changed").format(n=format_count(step.changed)))
        return " · ".join(said) or self.tr("nothing to do in this file")

    def _on_back(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.taken_back.emit(int(sender.objectName()))


class RowsSum(QWidget):
    """Rows before → after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._before, self._after = text("", "number"), text("", "number")
        row.addWidget(self._before)
        row.addWidget(IconLabel("arrow-right", "muted", 18))
        row.addWidget(self._after)
        row.addWidget(text(self.tr("rows"), "small"))
        row.addStretch(1)

    def set(self, before: int, after: int) -> None:
        self._before.setText(format_count(before))
        self._after.setText(format_count(after))
        words = self.tr("{before} rows before, {after} after")
        self.setAccessibleName(words.format(before=format_count(before), after=format_count(after)))
