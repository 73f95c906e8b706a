"""Which class was taken for which: the confusion matrix of the newest look, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.data.versions.library import load_version
from ftstudio.jobs.status import RunStatus
from ftstudio.ui import theme
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text

_MOST_HEIGHT = 420
_CELL = 84

Index = QModelIndex | QPersistentModelIndex
Cells = list[list[int | float]]


class ConfusionModel(QAbstractTableModel):
    """A thin reader over rows (what it is) × columns (what was said)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: Cells = []
        self._names: list[str] = []

    def show_cells(self, cells: Cells, names: list[str]) -> None:
        self.beginResetModel()
        self._cells = cells
        numbered = [str(i + 1) for i in range(len(cells))]
        self._names = names if len(names) == len(cells) else numbered
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{int(value)}" if value else "·"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.BackgroundRole and value:
            return self._shade(index.row(), index.column(), value)
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.tr("{count} × {what} taken for {said}")
            return words.format(
                count=int(value), what=self._names[index.row()], said=self._names[index.column()]
            )
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[section] if section < len(self._names) else None
        return None

    def _shade(self, row: int, column: int, value: float) -> QColor:
        """The larger its share of the row, the stronger; right ones green, wrong ones red."""
        colour = QColor(theme.color("ok" if row == column else "bad"))
        colour.setAlphaF(0.12 + 0.45 * value / max(1.0, sum(self._cells[row])))
        return colour


class ClassesModel(QAbstractTableModel):
    """How well each class is told: precision, recall, F1, and how many texts have it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Cells = []
        self._names: list[str] = []

    def show_rows(self, rows: Cells, names: list[str]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._names = names if len(names) == len(rows) else [str(i + 1) for i in range(len(rows))]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{int(value)}" if index.column() == 3 else f"{100 * value:.0f} %"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        titles = (
            (self.tr("Said and right"), self.tr("precision: of those it said, how many are right")),
            (self.tr("There and found"), self.tr("recall: of those that are there, how many it "
                                                 "found")),
            (self.tr("Both together"), self.tr("F1: the harmonic mean of the two")),
            (self.tr("Texts"), self.tr("support: unseen texts that have the class")),
        )  # fmt: skip
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._names[section] if section < len(self._names) else None
        return titles[section][role == Qt.ItemDataRole.ToolTipRole]


class ConfusionCard(Card):
    """The matrix, and below it a line for each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=8)
        head = self.add_title(self.tr("Which class is taken for which"))
        head.addWidget(text(self.tr("confusion matrix of the newest look"), "faint"))
        self._words = text("", "small", wrap=True)
        self.body.addWidget(self._words)
        self.model, self.classes = ConfusionModel(self), ClassesModel(self)
        self.table = self._make_table(self.model, self.tr("Confusion matrix"), _CELL)
        self.figures = self._make_table(self.classes, self.tr("Figures of each class"), 2 * _CELL)
        self._shown: dict[str, Cells] | None = None
        self._labels: list[str] | None = None  # names of the classes, once they are asked for
        self.hide()

    def clear(self) -> None:
        self._shown = self._labels = None

    def show_status(self, status: RunStatus, dataset: str) -> None:
        """The newest look of a run; renewed five times a second, new only at a look."""
        table = status.looks[-1].table if status.looks else {}
        if table and self._labels is None:
            self._labels = _labels_of(dataset)
        if table is not self._shown:
            self._shown = table
            self.show_table(table, self._labels or [])

    def _make_table(self, model: QAbstractTableModel, name: str, width: int) -> QTableView:
        table = QTableView()
        table.setModel(model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setAccessibleName(name)
        for header in (table.horizontalHeader(), table.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setDefaultSectionSize(width)
        table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.body.addWidget(table)
        return table

    def show_table(self, look: dict[str, Cells], names: list[str]) -> None:
        """The tables of one look; the card hides where there are none."""
        cells, rows = look.get("confusion", []), look.get("classes", [])
        self.model.show_cells(cells, names)
        self.classes.show_rows(rows, names)
        for table, there in ((self.table, cells), (self.figures, rows)):
            table.setVisible(bool(there))
            length = table.verticalHeader().length() + table.horizontalHeader().height() + 20
            table.setFixedHeight(min(_MOST_HEIGHT, length))
        too_many = "confusion" in look and not cells and bool(rows)
        if too_many:
            words = self.tr(
                "With {count} classes the matrix would have {cells} cells; it is told for 100 "
                "classes at most. Below is how well each class was told."
            )
            self._words.setText(words.format(count=len(rows), cells=f"{len(rows) ** 2:,}"))
        else:
            self._words.setText(
                self.tr("Each row is a class as it is, each column what the model said.")
            )
        self._words.setVisible(bool(cells) or too_many)
        self.setVisible(bool(cells or rows))


def _labels_of(dataset: str) -> list[str]:
    """As the dataset has them; none where it is not there any more."""
    try:
        return list(load_version(Path(dataset)).facts.labels) if dataset else []
    except StudioError:
        return []
