"""What only a model of the person's own finds, and the way to let it look."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import IconLabel, text


class ModelCard(Tinted):
    wanted = Signal(str)  # the step's key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface2", parent=parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(IconLabel("book-open", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text(self.tr("With a model of your own"), "h3", wrap=True))
        more = self.tr("Names and addresses, and the same in other words, are found only by a "
                       "model that reads. It runs on this computer.")  # fmt: skip
        words.addWidget(text(more, "small", wrap=True))
        row.addLayout(words, 1)
        self.buttons = {
            "hide_personal": button(self.tr("Find names …"), "secondary", small=True),
            "mark_same_meaning": button(self.tr("Same meaning …"), "secondary", small=True),
        }
        for key, made in self.buttons.items():
            made.clicked.connect(partial(self.wanted.emit, key))
            row.addWidget(made)
