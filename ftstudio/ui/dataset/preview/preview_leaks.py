"""The leaks of what is previewed: looked for in the background, shown, and got rid of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ftstudio.ui.dataset.cleaning.rows_dialog import RowLine, RowsDialog
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.preview.leak_card import LeakCard
from ftstudio.ui.dataset.preview.leak_run import LeakRun


class PreviewLeaks(QObject):
    failed = Signal(object)  # StudioError

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.card, self.run = LeakCard(), LeakRun(self)
        self.run.changed.connect(self._on_leaks)
        self.run.advanced.connect(self.card.show_share)
        self.run.failed.connect(self.failed)
        self.card.test_wanted.connect(self._on_test_wanted)
        self.card.pairs_wanted.connect(self._on_pairs_wanted)
        self.card.together_wanted.connect(self._on_together)
        self.card.leave_out_wanted.connect(self._on_leave_out)

    def look(self, facts: Facts) -> None:
        self.run.look(facts)

    def stop(self) -> None:
        self.run.stop()

    def _on_leaks(self) -> None:
        self.card.show_leaks(self.run.leaks, self._desk.facts)

    def _on_test_wanted(self) -> None:
        folder = self._desk.studio.settings.last_folder
        title = self.tr("Choose my test file")
        name, _ = QFileDialog.getOpenFileName(self._page, title, folder)
        facts = self._desk.facts
        if name and facts is not None:
            self.run.choose_test(Path(name), facts)

    def _on_pairs_wanted(self, key: str) -> None:
        pairs = self.card.pairs(key)
        if not pairs:
            return
        words = self.tr("Each row that is learned from, and its twin among what is tried.")
        self.dialog = RowsDialog(self._desk, self.tr("Leaks"), words, self._page)
        twin = self.tr("row {n}: {text}")
        public = self.tr("stands in a public test")
        self.dialog.set_lines(
            [
                RowLine(leak.learned, leak.learned_text,
                        twin.format(n=leak.tried, text=leak.tried_text) if leak.tried else public)
                for leak in pairs
            ]
        )  # fmt: skip
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _on_together(self) -> None:
        facts = self._desk.facts
        if facts is not None:
            self._desk.set_split(facts.draft.split.model_copy(update={"near": True}))

    def _on_leave_out(self) -> None:
        if (leaks := self.card.leaks) is None:
            return
        reports = [*leaks.benchmarks, *([leaks.test] if leaks.test else [])]
        keys = dict.fromkeys(key for report in reports for key in report.learned_keys)
        self._desk.leave_out(list(keys), self.tr("it stands in a test"))
