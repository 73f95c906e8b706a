"""All that needs nothing, folded into one line of the report card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.data.step import Finding
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import IconLabel, text


class FineLine(QWidget):
    """The titles; a click unfolds what each check says. What tells most stands open."""

    def __init__(self, fine: list[Finding], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(IconLabel("circle-check", "ok", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        titles = [finding.title for finding in fine]
        titles[1:] = [title[0].lower() + title[1:] for title in titles[1:]]
        words.addWidget(text(", ".join(titles), "h3", wrap=True))
        first = [f.sentence for f in fine if f.key == "amount"] or [fine[0].sentence]
        self._first = text(first[0], "small", wrap=True)
        words.addWidget(self._first)
        self.details = self._make_details(fine)
        self.details.hide()
        words.addWidget(self.details)
        row.addLayout(words, 1)
        self.more = button(self.tr("Show all"), "link", small=True)
        self.more.setAccessibleName(self.tr("Show what every check says"))
        self.more.clicked.connect(self._on_more)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)

    def _make_details(self, fine: list[Finding]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, finding in enumerate(fine):
            title = text(finding.title, "small", wrap=True)
            title.setMinimumWidth(150)
            grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text(finding.sentence, "small", wrap=True), place, 1)
        return box

    def _on_more(self) -> None:
        folded = self.details.isHidden()
        self.details.setVisible(folded)
        self._first.setVisible(not folded)
        self.more.setText(self.tr("Show less") if folded else self.tr("Show all"))
