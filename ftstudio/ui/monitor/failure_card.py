"""What went wrong, why, and what to do; calm, with the way on as its main button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.plan import Plan
from ftstudio.core.units import format_count
from ftstudio.jobs.events import Failed
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.monitor.way_on import WayOn, way_on
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button, set_icon
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import IconLabel, text


class FailureCard(Card):
    resume_asked = Signal()
    diagnostics_asked = Signal()
    log_asked = Signal()
    again_asked = Signal(object)  # with these changes of the set-up's answers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="bad", margin=18, spacing=10)
        self._way: WayOn | None = None
        self._error: Failed | None = None
        self._what = text("", "h2", wrap=True)
        self._why = text("", None, wrap=True)
        self._remedy = text("", None, wrap=True)
        words = QVBoxLayout()
        words.setSpacing(4)
        for part in (self._what, self._why, self._remedy):
            words.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconLabel("circle-alert", "bad", 22), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._ways = self._build_buttons()
        for more in (self.diagnostics, self.log):
            row.addWidget(more, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.body.addWidget(self._ways)

    def _build_buttons(self) -> QWidget:
        """The ways on stand below the words; what tells more stands beside them."""
        self.resume = button(self.tr("Resume"), "primary", "play")
        self.diagnostics = button(self.tr("Copy diagnostics"), "secondary", "copy")
        self.log = button(self.tr("Show the log"), "ghost", "file-text")
        self.again = button(self.tr("Start again"), "primary", "rotate-ccw")
        self.again.clicked.connect(self._on_again)
        self.resume.clicked.connect(self.resume_asked)
        self.diagnostics.clicked.connect(self.diagnostics_asked)
        self.log.clicked.connect(self.log_asked)
        ways = QWidget()
        row = QHBoxLayout(ways)
        row.setContentsMargins(36, 4, 0, 0)
        row.setSpacing(10)
        for part in (self.resume, self.again):
            row.addWidget(part)
        row.addStretch(1)
        return ways

    def show_status(self, status: RunStatus, plan: Plan | None = None) -> None:
        """Hidden unless the run failed or was interrupted."""
        error = status.error
        self._error = error
        self.setVisible(error is not None)
        if error is None:
            return
        self._what.setText(error.what)
        self._why.setText(error.why)
        self._remedy.setText(error.remedy)
        self.resume.setVisible(error.resumable)
        if status.saved:
            step = max(status.saved)
            self.resume.setText(self.tr("Resume from step {step}").format(step=format_count(step)))
        else:
            self.resume.setText(self.tr("Resume"))
        self._show_way(way_on(error.code, error.resumable, plan), error.resumable)
        self.setAccessibleName(f"{error.what} {error.why} {error.remedy}")

    def leave_to(self, others: bool) -> None:
        """Whether what can be done stands below: then it is not said here as well."""
        error = self._error
        if error is None:
            return
        self._ways.setVisible(not others)
        self._remedy.setVisible(not others)

    def _show_way(self, way: WayOn | None, resumable: bool) -> None:
        """A new run with the cause met; the main button where there is nothing to go on from."""
        self._way = way
        self.again.setVisible(way is not None)
        if way is None:
            return
        words, why = {
            "same": (self.tr("Start again …"), self.tr("The same settings, to look at first.")),
            "fewer at a time": (
                self.tr("New run with {n} at a time …"),
                self.tr("As many examples a step as before: it learns the same, a little slower."),
            ),
            "smaller steps": (
                self.tr("New run with step size {n} …"),
                self.tr("A fifth of the step size (learning rate)."),
            ),
        }[way.kind]
        self.again.setText(words.format(n=f"{way.figure:g}"))
        self.again.setToolTip(why)
        kind = "secondary" if resumable else "primary"
        restyle(self.again, "kind", kind)
        set_icon(self.again, "rotate-ccw", kind)

    def _on_again(self) -> None:
        if self._way is not None:
            self.again_asked.emit(self._way.changes)
