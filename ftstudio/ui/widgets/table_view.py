"""A table over any number of rows that are fetched page by page, never all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ftstudio.ui.theme import color

_PAGE = 128
_PAGES_KEPT = 8
_SHOWN = 300  # characters of a cell that are handed to the view; the tooltip has more

Fetch = Callable[[int, int], Sequence[dict[str, Any]]]
Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractTableModel):
    """Thin reader: asks `fetch(start, count)` for rows as dicts and keeps a few pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: list[str] = []
        self._titles: list[str] = []
        self._count = 0
        self._fetch: Fetch = _nothing
        self._number_key = ""
        self._pages: dict[int, Sequence[dict[str, Any]]] = {}
        self.empty_word = self.tr("empty")

    def set_source(self, columns: list[str], count: int, fetch: Fetch,
                   titles: list[str] | None = None, number_key: str = "_row") -> None:  # fmt: skip
        """`number_key` names the field that holds the row's own number in its file."""
        self.beginResetModel()
        self._columns, self._titles = columns, titles or columns
        self._count, self._fetch, self._number_key = count, fetch, number_key
        self._pages.clear()
        self.endResetModel()

    def row(self, index: int) -> dict[str, Any]:
        page = index // _PAGE
        if page not in self._pages:
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.pop(next(iter(self._pages)))
            self._pages[page] = self._fetch(page * _PAGE, _PAGE)
        rows = self._pages[page]
        at = index - page * _PAGE
        return rows[at] if at < len(rows) else {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES:
            return None
        value = self.row(index.row()).get(self._columns[index.column()])
        empty = value is None or value == ""
        if role == Qt.ItemDataRole.ForegroundRole:
            return color("faint") if empty else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return None if empty or len(str(value)) < 24 else str(value)[:2000]
        return self.empty_word if empty else " ".join(str(value)[:_SHOWN].split())

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # fmt: skip
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._titles[section]
        number = self.row(section).get(self._number_key)
        return str(section + 1 if number is None else number)


_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.ForegroundRole,
    }
)


def _nothing(start: int, count: int) -> Sequence[dict[str, Any]]:
    del start, count
    return []


class _Numbers(QHeaderView):
    """Row numbers in a column as wide as the last one; Qt's own way fetches the last pages."""

    def sizeHint(self) -> QSize:
        model = self.model()
        digits = len(str(model.rowCount() + 1)) if model else 1
        return QSize(self.fontMetrics().horizontalAdvance("0") * max(digits, 3) + 24, 0)


class RowsTable(QTableView):
    """The view with the house's look: fixed row heights, whole rows, no grid but hairlines."""

    def __init__(self, parent: QWidget | None = None, row_height: int = 37) -> None:
        super().__init__(parent)
        self.rows = RowsModel(self)
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        numbers = _Numbers(Qt.Orientation.Vertical, self)
        self.setVerticalHeader(numbers)
        numbers.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        numbers.setDefaultSectionSize(row_height)
        heads = self.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(72)

    def set_source(self, columns: list[str], count: int, fetch: Fetch,
                   titles: list[str] | None = None, number_key: str = "_row") -> None:  # fmt: skip
        self.rows.set_source(columns, count, fetch, titles, number_key)

    def stretch_columns(self, weights: dict[int, int]) -> None:
        """Share the width by weights; columns without one keep their size."""
        for section in range(self.rows.columnCount()):
            mode = (
                QHeaderView.ResizeMode.Stretch
                if section in weights
                else QHeaderView.ResizeMode.Interactive
            )
            self.horizontalHeader().setSectionResizeMode(section, mode)
