"""One example of a frozen dataset, whole, as a reader sees it; N and P walk through the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.core.example import Example
from ftstudio.core.units import format_count
from ftstudio.data.sides.split import Side
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.dataset.rows.bubbles_view import BubblesView
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.text import text


@dataclass(frozen=True)
class Place:
    """Where an example stands: its side, how many of that side come before it, its row."""

    side: Side
    before: int
    row: int


class RowReader(DialogFrame):
    def __init__(self, version: DatasetVersion, places: Sequence[Place], at: int,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent, 860, 640)
        self._version, self._places, self.at = version, places, at
        self.setWindowTitle(self.tr("One example"))
        ground = Tinted("surface2", "border", radius=12)
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(4, 4, 4, 4)
        self.bubbles = BubblesView()
        inside.addWidget(self.bubbles)
        self.body.addWidget(ground, 1)
        for key, name, words, by in (
            ("P", "chevron-left", self.tr("The example before · P"), -1),
            ("N", "chevron-right", self.tr("The next example · N"), 1),
        ):
            step = icon_button(name, words, "secondary")
            step.setEnabled(len(places) > 1)
            step.clicked.connect(partial(self.walk, by))
            QShortcut(QKeySequence(key), self).activated.connect(partial(self.walk, by))
            self.foot.addWidget(step)
        self.where = text("", "small")
        self.foot.addWidget(self.where)
        self.foot.addStretch(1)
        self.focus_first(self.bubbles)
        self._open()

    def walk(self, by: int) -> None:
        self.at = (self.at + by) % len(self._places)
        self._open()

    def _open(self) -> None:
        place, version = self._places[self.at], self._version
        sides = {
            "train": self.tr("training part"),
            "validation": self.tr("validation part"),
            "test": self.tr("test part"),
        }
        title = self.tr("A copy made by a step")
        if place.row > 0:
            title = self.tr("Row {n} of the file").format(n=format_count(place.row))
        self.set_head(title, sides[place.side])
        words = self.tr("{n} of {all} · keys N and P")
        count = format_count(len(self._places))
        self.where.setText(words.format(n=format_count(self.at + 1), all=count))

        def work(cancel: Cancel) -> Example | None:
            return next(islice(version.examples(place.side), place.before, None), None)

        self.start(work, self.bubbles.set_example)
