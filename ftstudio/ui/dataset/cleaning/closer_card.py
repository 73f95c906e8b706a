"""Offers a closer look where it takes long, shows how far it is, and stops it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_duration, format_share, plural
from ftstudio.ui.dataset.closer_run import CloserRun
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.text import IconLabel, text

_PATIENCE = 700  # ms: a look that is over sooner is not shown, so that nothing flickers


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
        self.meter = Meter(self.tr("Looking for personal data, near-duplicates, languages"))
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
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self.show)

    def show_state(self, closer: CloserRun, facts: Facts) -> None:
        """Nothing is to be asked where the look is of these rows."""
        running = closer.running
        for words in (self._title, self._more):
            words.setVisible(not running)
        self.look_button.setVisible(not running)
        self.meter.setVisible(running)
        self.stop_button.setVisible(running)
        if not running:
            self._patience.stop()
            self.setVisible(not closer.fresh(facts))
            self._say(closer, facts)
        elif self.isHidden() and not self._patience.isActive():
            self._patience.start()

    def _say(self, closer: CloserRun, facts: Facts) -> None:
        seconds = closer.expected(facts)
        if closer.asked:
            self._title.setText(self.tr("The rows have changed since the closer look"))
            words = self.tr("What it found stands below as it was before.")
            self.look_button.setText(self.tr("Look again"))
        else:
            self._title.setText(
                self.tr("Personal data, near-duplicates and languages are not looked for yet")
            )
            words = self.tr("Nothing is changed by a look.")
            self.look_button.setText(self.tr("Look closer"))
        if seconds is not None:
            told = plural(
                facts.total, self.tr("1 row takes about {time}."),
                self.tr("{n} rows take about {time}."), time=format_duration(seconds),
            )  # fmt: skip
            words = f"{told} {words}"
        self._more.setText(words)

    def words(self) -> str:
        """What stands below the title, for tests and screen readers."""
        return self._more.text()

    def show_share(self, share: float, left: float) -> None:
        said = format_share(share)
        if left >= 0:
            words = self.tr("{share} · {time} left")
            said = words.format(share=said, time=format_duration(left))
        self.meter.set(max(share, 0.02), said)
