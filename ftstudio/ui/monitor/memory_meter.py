"""Asks, every two seconds, how much memory is used: of the card where there is one, else here."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.gpu.usage import Usage, usage
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel

_EVERY_MS = 2000


class MemoryMeter(QObject):
    """`measured` carries a card's `Usage`, or None where the run does not use one."""

    measured = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._ask)
        self._asking = False
        self.computer_total = int(psutil.virtual_memory().total)

    def start(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
            self._ask()

    def stop(self) -> None:
        self._timer.stop()

    def _ask(self) -> None:
        if self._asking:
            return
        self._asking = True

        def work(cancel: Cancel) -> Usage | None:
            return usage(0)

        background.run(self, work, self._on_answer)

    def _on_answer(self, answer: Usage | None) -> None:
        self._asking = False
        if self._timer.isActive():
            self.measured.emit(answer)
