"""The rows that could not be used: why, in words, with a way to see them and to take them along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_count, plural
from ftstudio.data.csv_file import write_problems
from ftstudio.data.table import Problem
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel


class ProblemStrip(Card):
    show_rows = Signal(bool)
    failed = Signal(object)
    exported = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="warn", margin=8)
        self._problems: list[Problem] = []
        self._source = Path()
        self._lines = False
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(12)
        row.addWidget(IconLabel("triangle-alert", "warn", 20))
        self._words = ElidedLabel("")
        row.addWidget(self._words, 1)
        self._export = button(self.tr("Export them"), "link", small=True)
        self._export.clicked.connect(self._on_export)
        self._show = button("", small=True)
        self._show.setCheckable(True)
        self._show.toggled.connect(self._on_toggled)
        row.addWidget(self._export)
        row.addWidget(self._show)
        self.body.addLayout(row)

    def set_problems(self, problems: list[Problem], source: Path, lines: bool = False) -> None:
        """`lines`: the numbers are lines of a text file, not rows of a sheet."""
        self._problems, self._source, self._lines = problems, source, lines
        self.setVisible(bool(problems))
        if problems:
            self._words.setText(self._sentence())
        else:
            self._show.setChecked(False)
        self._name_button(self._show.isChecked())

    def _sentence(self) -> str:
        place = self.tr("Line {n}: {reason}") if self._lines else self.tr("Row {n}: {reason}")
        said = [
            place.format(n=format_count(problem.row), reason=_first_sentence(problem.reason))
            for problem in self._problems[:2]
        ]
        more = len(self._problems) - len(said)
        if more:
            said.append(self.tr("And {n} more.").format(n=format_count(more)))
        return " ".join(said)

    def _on_toggled(self, on: bool) -> None:
        self._name_button(on)
        self.show_rows.emit(on)

    def _name_button(self, on: bool) -> None:
        count = len(self._problems)
        if on:
            words = self.tr("Show the preview")
        else:
            words = plural(count, self.tr("Show the row"), self.tr("Show the {n} rows"))
        self._show.setText(words)

    def _on_export(self) -> None:
        start = self._source.with_name(f"{self._source.stem} – problems.csv")
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export the rows with a problem"), str(start), "CSV (*.csv)"
        )
        if not name:
            return
        try:
            write_problems(Path(name), self._problems)
            self.exported.emit(Path(name))
        except OSError as error:
            self.failed.emit(
                StudioError(
                    self.tr("The rows could not be exported."),
                    self.tr("The system says: {reason}.").format(reason=error.strerror or error),
                    self.tr("Choose another folder."),
                )
            )


def _first_sentence(reason: str) -> str:
    """What is wrong; what may help stands in the list of the rows."""
    return reason.split(". ")[0].rstrip(".") + "."
