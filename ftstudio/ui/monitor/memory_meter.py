"""Asks, every two seconds, how much memory is used: of the card where there is one, else here."""

from __future__ import annotations

import logging

import psutil
from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.gpu.usage import Usage, usage
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel

_EVERY_MS = 2000
_log = logging.getLogger(__name__)


class MemoryMeter(QObject):
    """`measured` carries a card's `Usage`, or None where the run does not use one."""

    measured = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._ask)
        self._asking = False
        self._complained = False
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
            try:
                return usage(0)
            except Exception as error:  # noqa: BLE001 - a figure is missing, nothing more
                if not self._complained:
                    self._complained = True
                    _log.warning("the card's memory can't be read", exc_info=error)
                return None

        background.run(self, work, self._on_answer, ended=self._on_ended)

    def _on_ended(self) -> None:
        self._asking = False

    def _on_answer(self, answer: Usage | None) -> None:
        if self._timer.isActive():
            self.measured.emit(answer)
