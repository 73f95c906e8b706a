"""The preview of the file: real rows under heads in which each column's role is chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QWidget

from ftstudio.data.columns.cells import in_words
from ftstudio.data.table import ROW_COLUMN, Column
from ftstudio.ui.dataset.file.column_head import HEIGHT, ColumnHead
from ftstudio.ui.widgets.table_view import RowsTable

_NUMBERS_WIDTH = 56
_LEAST = 104


def wish(column: Column, asks: bool = False) -> int:
    """How wide a column would like to be: texts wide, numbers narrow, room for what it asks."""
    if asks:
        return max(178, wish(column))
    if column.kind in ("number", "date", "yes/no", "empty"):
        return 110
    if column.kind in ("list", "object"):
        return 260
    return int(max(110, min(300, 90 + 3 * column.mean_length)))


def share_room(wishes: list[int], room: int) -> list[int]:
    """Left room goes to all by their size; a little too much is taken from the wide ones."""
    over = sum(wishes) - room
    wide = sum(wish - _LEAST for wish in wishes if wish > _LEAST)
    if 0 < over <= wide * 0.6:
        widths = [w - over * max(0, w - _LEAST) // wide for w in wishes]
    else:
        spare = max(0, -over)
        widths = [wish + spare * wish // sum(wishes) for wish in wishes]
    if sum(widths) < room or 0 < over <= wide * 0.6:
        widths[-1] += room - sum(widths)
    return widths


class HeadsView(QHeaderView):
    """Carries one `ColumnHead` over each section, through scrolling and resizing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.heads: list[ColumnHead] = []
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(96)
        self.sectionResized.connect(self.place)
        self.sectionCountChanged.connect(self.place)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def set_heads(self, heads: list[ColumnHead]) -> None:
        for old in self.heads:
            old.hide()
            old.deleteLater()
        self.heads = heads
        for head in heads:
            head.setParent(self.viewport())
            head.show()
        self.place()

    def place(self, *_: int) -> None:
        for index, head in enumerate(self.heads):
            left = self.sectionViewportPosition(index)
            head.setGeometry(left, 0, self.sectionSize(index), HEIGHT - 1)

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self.place()


class MappingTable(RowsTable):
    focused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads = HeadsView(self)
        self.setHorizontalHeader(self._heads)
        self.setProperty("bare", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().setFixedWidth(_NUMBERS_WIDTH)
        self.setAccessibleName(self.tr("The first rows of the file"))
        self.horizontalScrollBar().valueChanged.connect(self._heads.place)
        self._wishes: list[int] = []

    @property
    def heads(self) -> list[ColumnHead]:
        return self._heads.heads

    def set_table(
        self, heads: list[ColumnHead], wishes: list[int], rows: list[dict[str, Any]]
    ) -> None:
        """`wishes`: how wide each column would like to be; left room is shared by their size."""

        def fetch(start: int, count: int) -> list[dict[str, Any]]:
            return [
                {name: value if name == ROW_COLUMN else in_words(value)
                 for name, value in row.items()}
                for row in rows[start : start + count]
            ]  # fmt: skip

        names = [head.name for head in heads]
        self.set_source(names, len(rows), fetch, [""] * len(names))
        self._heads.set_heads(heads)
        self._wishes = wishes
        for head in heads:
            head.focused.connect(self._on_focused)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        if not self._wishes:
            return
        for index, width in enumerate(share_room(self._wishes, self.viewport().width())):
            self.setColumnWidth(index, width)
        self._heads.place()

    def _on_focused(self, name: str) -> None:
        index = next((i for i, head in enumerate(self.heads) if head.name == name), -1)
        left = self.columnViewportPosition(index)
        right = left + self.columnWidth(index)
        bar = self.horizontalScrollBar()
        if left < 0:
            bar.setValue(bar.value() + left)
        elif right > self.viewport().width():
            bar.setValue(bar.value() + right - self.viewport().width())
        self.focused.emit(name)

    def focus_next_open(self) -> bool:
        """Move the focus to the next head that isn't fine, round the end; False where all are."""
        open_heads = [i for i, head in enumerate(self.heads) if head.state != "fine"]
        if not open_heads:
            return False
        now = next((i for i, head in enumerate(self.heads) if head.box.hasFocus()), -1)
        target = next((i for i in open_heads if i > now), open_heads[0])
        self.heads[target].box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
