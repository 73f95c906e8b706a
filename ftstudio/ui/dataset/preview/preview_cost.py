"""Reckons beside the window what longer texts would cost on this machine."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.planning.longer_texts import FirstGuess, first_guess
from ftstudio.planning.machine import this_machine
from ftstudio.ui.bridge.background import Task, run
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.preview.preview_result import Preview

_log = logging.getLogger(__name__)


class PreviewCost(QObject):
    """`found` with a FirstGuess once it is reckoned for the preview asked about last."""

    found = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = workspace.jobs
        self._task: Task[FirstGuess] | None = None

    def ask(self, preview: Preview, facts: Facts) -> None:
        self.stop()
        known = DatasetFacts(
            kind=preview.kind,
            train=facts.counts.get("train", 0),
            validation=facts.counts.get("validation", 0),
            labels=facts.classes,
        )
        shape, tally, folder = preview.model.shape, preview.tally, self._folder
        self._task = run(
            self,
            lambda cancel: first_guess(shape, tally, known, this_machine(), folder),
            self.found.emit,
            self._on_failed,
        )

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_failed(self, error: StudioError) -> None:
        """The lengths stand without a price then."""
        _log.info("no cost of longer texts: %s", error)
