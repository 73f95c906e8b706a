"""The command that does the same, on one line, copied by one click."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel


class CommandLine(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="soft", margin=0)
        self.body.setContentsMargins(14, 4, 8, 4)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconLabel("terminal", "muted", 16))
        self._line = ElidedLabel("", "mono")
        row.addWidget(self._line, 1)
        self.copy = button(self.tr("Copy"), "ghost", "copy", small=True)
        self.copy.setAccessibleName(self.tr("Copy the command that does the same"))
        self.copy.clicked.connect(self._on_copy)
        row.addWidget(self.copy)
        self.body.addLayout(row)
        self.command = ""

    def show_command(self, command: str) -> None:
        self.command = command
        self._line.setText(command)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command)
        self.copy.setText(self.tr("Copied"))
