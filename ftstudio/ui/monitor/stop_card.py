"""The three ways out of a run, asked in place: go on, stop and keep the best, stop and discard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class StopCard(Card):
    stop_asked = Signal(bool)  # keep the best version?

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="warn", margin=18, spacing=8)
        self.body.addWidget(text(self.tr("Stop this run?"), "h2"))
        self._words = text("", None, wrap=True)
        self.body.addWidget(self._words)
        self.go_on = button(self.tr("Go on training"), "secondary")
        self.keep = button("", "primary", "circle-stop")
        self.discard = button(self.tr("Stop and discard"), "danger", "trash-2")
        self.go_on.clicked.connect(self.hide)
        self.keep.clicked.connect(self._on_keep)
        self.discard.clicked.connect(self._on_discard)
        row = QHBoxLayout()
        row.addWidget(self.go_on)
        row.addStretch(1)
        row.addWidget(self.discard)
        row.addWidget(self.keep)
        self.body.addLayout(row)
        self.hide()

    def ask(self, status: RunStatus) -> None:
        running = status.state == "running"
        self.go_on.setText(self.tr("Go on training") if running else self.tr("Leave it as it is"))
        if status.saved:
            best = status.best_step or max(status.saved)
            self.keep.setText(
                self.tr("Stop and keep the best · step {step}").format(step=format_count(best))
            )
        else:
            self.keep.setText(self.tr("Stop and keep what it has learned"))
        self._words.setText(
            self.tr(
                "A stopped run can't be resumed. To go on later, pause it instead: that saves "
                "everything and frees the memory. Discarding leaves the curve and the log, but "
                "no adapter."
            )
        )
        self.show()
        self.keep.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _on_keep(self) -> None:
        self.hide()
        self.stop_asked.emit(True)

    def _on_discard(self) -> None:
        self.hide()
        self.stop_asked.emit(False)
