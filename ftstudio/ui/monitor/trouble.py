"""Under the cause of a failure: what can be done, what is safe, and the memory it held."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.plan import Plan
from ftstudio.jobs import last_words
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import RunStatus
from ftstudio.planning.machine import this_machine, this_processor
from ftstudio.planning.rescue import Rescue, Shortage, rescue, shortage_of
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.monitor.log_card import tail
from ftstudio.ui.monitor.memory_card import MemoryCard
from ftstudio.ui.monitor.rescue_card import RescueCard
from ftstudio.ui.monitor.run_record import RunRecord
from ftstudio.ui.monitor.safe_card import SafeCard
from ftstudio.ui.studio import Studio

_OUT_OF_MEMORY = ("out_of_memory", "died_memory")
_RIGHT_WIDTH, _ANY_WIDTH = 340, 16_777_215


@dataclass(frozen=True)
class _Found:
    rescue: Rescue | None  # None: its model or data are gone
    shortage: Shortage
    saved_at: float = 0.0  # 0: no whole version


class TroublePanel(QWidget):
    """`helps` tells whether its own button takes the place of the ones above."""

    go_on = Signal(object)
    start_anew = Signal(object)
    looked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._asked: object = None  # which failure was looked into
        self._found: _Found | None = None
        self._task: background.Task[_Found] | None = None
        self._record: RunRecord | None = None
        self.options = RescueCard()
        self.safe = SafeCard()
        self.memory = MemoryCard()
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.safe)
        column.addWidget(self.memory)
        column.addStretch(1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(16)
        self._halves.addWidget(self.options, 1)
        self._halves.addWidget(self._right)
        self.options.go_on.connect(self.go_on)
        self.options.start_anew.connect(self.start_anew)
        self.options.chosen.connect(self._show_safe)
        self.hide()

    @property
    def helps(self) -> bool:
        """The changes are shown, or being counted: no other way on need be offered."""
        return not self.isHidden() and (self._task is not None or not self.options.isHidden())

    def show_run(self, folder: JobFolder | None, plan: Plan | None, record: RunRecord) -> None:
        """Hidden unless the run broke off."""
        status = record.status
        self._record = record
        self.setVisible(status.error is not None and bool(status.saved or _ran_out(status)))
        if folder is None or status.error is None:
            self._asked = None
            self.options.foot.hide()
            return
        asked = (folder.path, status.lives, status.error.t)
        if asked != self._asked:
            self._asked, self._found = asked, None
            for part in (self.options, self.options.foot, self.memory):
                part.hide()
            self._look(folder, plan, status)
        self._show_safe()

    def _look(self, folder: JobFolder, plan: Plan | None, status: RunStatus) -> None:
        if self._task is not None:
            self._task.cancel()
        workspace, on_card = self._studio.workspace, status.device == "cuda"
        ran_out, held = _ran_out(status), status.gpu_bytes or status.ram_bytes

        def work(cancel: Cancel) -> _Found:
            log, saved_at = tail(folder), _saved_at(folder)
            found = None
            if ran_out and plan is not None:
                machine = this_machine() if on_card else this_processor()
                try:
                    found = rescue(workspace, folder, plan, machine, held, log)
                except (StudioError, KeyError, ValidationError):
                    found = None  # what failed is told above; the same again is what is left
            return _Found(found, shortage_of(log), saved_at)

        self._task = background.run(
            self, work, lambda found: self._on_found(found, plan), ended=self._on_ended
        )

    def _on_ended(self) -> None:
        self._task = None
        self.looked.emit()

    def _on_found(self, found: _Found, plan: Plan | None) -> None:
        self._found = found
        record = self._record
        error = record.status.error if record is not None else None
        if record is None or error is None:
            return
        status = record.status
        if found.rescue is not None and plan is not None:
            step = max(status.saved, default=0)
            self.options.show_rescue(found.rescue, plan, step, error.resumable)
        for part in (self.options, self.options.foot):
            part.setVisible(found.rescue is not None)
        if _ran_out(status):
            self._show_memory(found, record)
        self._show_safe()
        self.looked.emit()

    def _show_memory(self, found: _Found, record: RunRecord) -> None:
        on_card = record.status.device == "cuda"
        room = found.shortage.room
        if not room and found.rescue is not None and on_card:
            room = found.rescue.machine.total_bytes
        self.memory.show_memory(
            record.memory, record.status.step + 1, room, found.shortage, on_card
        )

    def _show_safe(self) -> None:
        if self._record is None or self._record.status.error is None:
            return
        then = ""
        if self._found is not None and self._found.rescue is not None:
            then = (
                self.tr("same data, same order")
                if self.options.goes_on
                else self.tr("a new run; this one and its versions stay")
            )
        saved_at = self._found.saved_at if self._found else 0.0
        self.safe.show_status(self._record.status, saved_at, then)

    def set_narrow(self, narrow: bool) -> None:
        """The right half goes below."""
        beside = not narrow
        self._right.setMinimumWidth(_RIGHT_WIDTH if beside else 0)
        self._right.setMaximumWidth(_RIGHT_WIDTH if beside else _ANY_WIDTH)
        direction = QBoxLayout.Direction
        self._halves.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def enable(self, on: bool) -> None:
        self.options.enable(on)


def _ran_out(status: RunStatus) -> bool:
    return status.error is not None and status.error.code in _OUT_OF_MEMORY


def _saved_at(folder: JobFolder) -> float:
    newest = last_words.newest_checkpoint(folder)
    try:
        return newest.stat().st_mtime if newest is not None else 0.0
    except OSError:
        return 0.0
