"""Stands in for a place that could not be shown, so that the window goes on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class BrokenPlace(QWidget):
    again = Signal()

    def __init__(self, title: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 28)
        column.setSpacing(18)
        column.addWidget(text(title, "h1"))
        card = Card(tone="bad")
        card.add_title(self.tr("This place could not be shown"), "bug")
        calm = self.tr(
            "This is our mistake. Your data and runs are safe, and the other places work."
        )
        card.body.addWidget(text(calm, wrap=True))
        row = QHBoxLayout()
        retry = button(self.tr("Try again"), icon="refresh-cw")
        retry.clicked.connect(self.again)
        self._copy = button(self.tr("Copy diagnostics"), icon="copy")
        self._copy.clicked.connect(self._on_copy)
        row.addWidget(retry)
        row.addWidget(self._copy)
        row.addStretch(1)
        card.body.addLayout(row)
        column.addWidget(card)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setProperty("role", "mono")
        self.details.setAccessibleName(self.tr("Diagnostics"))
        column.addWidget(self.details, 1)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self._copy.setText(self.tr("Copied"))
