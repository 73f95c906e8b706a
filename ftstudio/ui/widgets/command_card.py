"""The command line that does the same, or another text to be copied, shown in place."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class CommandCard(Card):
    """Hidden until something is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14, spacing=8)
        head = self.add_title("")
        self._title = text("", "h3")
        head.insertWidget(0, self._title)
        self._copy = button(self.tr("Copy"), "secondary", "copy", small=True)
        self._copy.clicked.connect(self._on_copy)
        close = icon_button("x", self.tr("Close"))
        close.clicked.connect(self.hide)
        head.addWidget(self._copy)
        head.addWidget(close)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setProperty("role", "mono")
        self._text.setProperty("bare", True)
        self.body.addWidget(self._text)
        self.hide()

    def words(self) -> str:
        return self._text.toPlainText()

    def show_command(self, parts: Sequence[str]) -> None:
        self.show_text(self.tr("This command does the same"), shlex.join(parts))

    def show_text(self, title: str, words: str) -> None:
        self._title.setText(title)
        self._text.setPlainText(words)
        self._text.setAccessibleName(title)
        lines = min(12, words.count("\n") + 1 + len(words) // 90)
        self._text.setFixedHeight(lines * self._text.fontMetrics().lineSpacing() + 14)
        self.show()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.words())
