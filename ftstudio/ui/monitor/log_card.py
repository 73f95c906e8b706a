"""The end of a run's `log.txt`, read only when it is asked for."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card

_BYTES = 64_000
_RENEW_MS = 2000


class LogCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=10)
        head = self.add_title(self.tr("Log"))
        self.toggle = button(self.tr("Show the log"), "link", small=True)
        self.toggle.clicked.connect(self._on_toggled)
        head.addWidget(self.toggle)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setProperty("role", "mono")
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(self.tr("Log of this run"))
        self._text.setMinimumHeight(240)
        self._text.hide()
        self.body.addWidget(self._text)
        self._folder: JobFolder | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_RENEW_MS)
        self._timer.timeout.connect(self._read)

    def show_folder(self, folder: JobFolder) -> None:
        self._folder = folder
        self._open(False)

    def open_log(self) -> None:
        self._open(True)

    def words(self) -> str:
        return self._text.toPlainText()

    def _on_toggled(self) -> None:
        self._open(self._text.isHidden())

    def _open(self, on: bool) -> None:
        self._text.setVisible(on)
        self.toggle.setText(self.tr("Hide the log") if on else self.tr("Show the log"))
        if on:
            self._read()
            self._timer.start()
        else:
            self._timer.stop()
            self._text.clear()

    def _read(self) -> None:
        folder = self._folder
        if folder is None or (self._text.toPlainText() and not self._text.isVisible()):
            return

        def work(cancel: Cancel) -> str:
            return tail(folder)

        background.run(self, work, self._on_read, self._on_failed)

    def _on_read(self, words: str) -> None:
        words = words or self.tr("Nothing was written yet.")
        if self._text.isHidden() or words == self._text.toPlainText():
            return
        bar = self._text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        place = bar.value()
        self._text.setPlainText(words)
        bar.setValue(bar.maximum() if at_end else place)

    def _on_failed(self, error: StudioError) -> None:
        self._text.setPlainText(f"{error.what} {error.why}")


def tail(folder: JobFolder) -> str:
    """The last part of the log, whole lines."""
    try:
        with folder.log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _BYTES))
            words = file.read().decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""
    return words.partition("\n")[2] if size > _BYTES else words
