"""What the checks left open, in lines on the summary: each leads on, none of them blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, format_duration, plural
from ftstudio.data.step import Finding
from ftstudio.ui.dataset.closer_run import CloserRun
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import IconLabel, text

_PERSONAL = "hide_personal"


class OpenPoints(QWidget):
    decide = Signal()  # go to the report card
    look = Signal()  # look closer now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[str] = []
        self.buttons: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._column = column
        self._inside = QWidget()
        column.addWidget(self._inside)

    def show_points(self, facts: Facts, closer: CloserRun) -> None:
        quick = facts.report.findings if facts.report else []
        found = closer.findings(facts)
        self.lines, self.buttons = [], []
        fresh = QWidget()
        self._grid = QGridLayout(fresh)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._say_personal(facts, closer, found)
        looks = [one for one in [*quick, *found] if one.severity == "look"]
        if looks:
            titles = ", ".join(f"{one.title} ({format_count(one.count)})" for one in looks)
            words = self.tr("Worth a look, if you like: {titles}.").format(titles=titles)
            self._add("triangle-alert", "warn", words)
        self._column.replaceWidget(self._inside, fresh)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = fresh

    def _say_personal(self, facts: Facts, closer: CloserRun, found: list[Finding]) -> None:
        """What nobody may overlook has a line of its own, whatever is known of it."""
        if not closer.fresh(facts):
            self._say_unknown(facts, closer)
        asking = [one for one in found if one.severity == "decide"]
        for one in asking:
            words = plural(one.count, self.tr("{title} in 1 row: say what is to happen with it."),
                            self.tr("{title} in {n} rows: say what is to happen with it."),
                            title=one.title)  # fmt: skip
            self._add("circle-alert", "bad", words, self.tr("Decide"), self.decide)
        if closer.fresh(facts) and not asking:
            own = next((one for one in found if one.step_key == _PERSONAL), None)
            if own is not None and own.count:
                alone = self.tr("Personal data in 1 row is kept as it is: your decision.")
                many = self.tr("Personal data in {n} rows is kept as it is: your decision.")
                self._add("circle-check", "muted", plural(own.count, alone, many))
            elif own is not None:
                words = self.tr("No personal data found; names and postal addresses are not found.")
                self._add("circle-check", "ok", words)

    def _say_unknown(self, facts: Facts, closer: CloserRun) -> None:
        if closer.running:
            words = self.tr("Looking for personal data, near-duplicates and languages …")
            self._add("search", "accent", words)
            return
        seconds = closer.expected(facts)
        words = self.tr("Look now")
        if seconds is not None:
            words = self.tr("Look now · about {time}").format(time=format_duration(seconds))
        about = self.tr("Personal data, near-duplicates and languages: not looked for yet.")
        if closer.asked:
            about = self.tr("Personal data, near-duplicates and languages: not looked for since "
                            "the rows have changed.")  # fmt: skip
        self._add("search", "warn", about, words, self.look)

    def _add(self, icon: str, token: str, words: str, action: str = "",
             wanted: SignalInstance | None = None) -> None:  # fmt: skip
        place = len(self.lines)
        self.lines.append(words)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(IconLabel(icon, token, 16), place, 0, middle)
        columns = 1 if wanted is not None else 2
        self._grid.addWidget(text(words, "small", wrap=True), place, 1, 1, columns)
        if wanted is not None:
            link = button(action, "link", small=True)
            link.setAccessibleDescription(words)
            link.clicked.connect(wanted)
            self.buttons.append(link)
            self._grid.addWidget(link, place, 2, middle)
