"""Asks for a closer look at the rows, shows how far it is, and stops it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_duration
from ftstudio.ui.dataset.tinted import Tinted
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.text import IconLabel, text


class CloserCard(Tinted):
    look = Signal()
    stop = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("accent_soft", parent=parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(IconLabel("search", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = text("", "h3", wrap=True)
        self._more = text("", "small", wrap=True)
        self.meter = Meter(self.tr("Looking closer"))
        self.meter.hide()
        for widget in (self._title, self._more, self.meter):
            words.addWidget(widget)
        row.addLayout(words, 1)
        self.look_button = button(self.tr("Look closer"), "secondary", "search", small=True)
        self.look_button.clicked.connect(self.look)
        self.stop_button = button(self.tr("Stop"), "secondary", small=True)
        self.stop_button.setAccessibleName(self.tr("Stop looking closer"))
        self.stop_button.clicked.connect(self.stop)
        self.stop_button.hide()
        row.addWidget(self.look_button)
        row.addWidget(self.stop_button)

    def show_state(self, asked: bool, fresh: bool, running: bool) -> None:
        """Nothing is to be asked where the look is of these rows."""
        self.setVisible(running or not fresh)
        for words in (self._title, self._more):
            words.setVisible(not running)
        self.look_button.setVisible(not running)
        self.meter.setVisible(running)
        self.stop_button.setVisible(running)
        if asked:
            self._title.setText(self.tr("The rows have changed since the closer look"))
            self._more.setText(self.tr("What it found stands below as it was before."))
            self.look_button.setText(self.tr("Look again"))
        else:
            self._title.setText(
                self.tr("Personal data, near-duplicates and languages are not looked for yet")
            )
            self._more.setText(
                self.tr("This takes longer, so it waits until you ask. Nothing is changed by it.")
            )
            self.look_button.setText(self.tr("Look closer"))

    def show_share(self, share: float, left: float) -> None:
        said = f"{share:.0%}"
        if left >= 0:
            words = self.tr("{share} · {time} left")
            said = words.format(share=said, time=format_duration(left))
        self.meter.set(max(share, 0.02), said)
