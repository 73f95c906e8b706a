"""What was left out or decided while a file was read: the first remarks, the others unfolded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.table import Problem
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.flow_content import FlowContent
from ftstudio.ui.widgets.text import IconLabel, text

_FIRST = 2
_HEIGHT = 132  # of the unfolded list; longer ones scroll


class RemarksBox(QWidget):
    """Hidden where nothing is to be said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remarks: Sequence[Problem] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(IconLabel("info", "accent", 18), 0, top)
        inside = QVBoxLayout()
        inside.setSpacing(2)
        self.first = [text("", "small", wrap=True) for _ in range(_FIRST)]
        for label in self.first:
            inside.addWidget(label)
        self._all = QScrollArea()
        self._all.setWidgetResizable(True)
        self._all.setFrameShape(QFrame.Shape.NoFrame)
        self._all.setFixedHeight(_HEIGHT)
        self._all.setAccessibleName(self.tr("All remarks about the reading"))
        inside.addWidget(self._all)
        row.addLayout(inside, 1)
        self.more = button("", "link", small=True)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_toggled)
        row.addWidget(self.more, 0, top)
        self.hide()

    def show_remarks(self, remarks: Sequence[Problem]) -> None:
        self._remarks = remarks
        self.setVisible(bool(remarks))
        for place, label in enumerate(self.first):
            label.setText(self._said(remarks[place]) if place < len(remarks) else "")
        self.more.setChecked(False)
        self._on_toggled(False)

    def _said(self, remark: Problem) -> str:
        words = remark.reason
        if remark.row:
            words = self.tr("Row {n}: {words}").format(n=format_count(remark.row), words=words)
        return words

    def _on_toggled(self, on: bool) -> None:
        if on:
            self._fill()
        self._all.setVisible(on)
        for place, label in enumerate(self.first):
            label.setVisible(not on and place < len(self._remarks))
        count = format_count(len(self._remarks))
        fold = self.tr("All {n} remarks").format(n=count)
        self.more.setText(self.tr("Fewer") if on else fold)
        self.more.setVisible(len(self._remarks) > _FIRST)

    def _fill(self) -> None:
        content = FlowContent()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        for remark in self._remarks:
            column.addWidget(text(self._said(remark), "small", wrap=True))
        column.addStretch(1)
        self._all.setWidget(content)
