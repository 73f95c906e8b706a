"""The preview of the file: real rows under heads in which each column's role is chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QWidget

from ftstudio.ui.dataset.column_head import HEIGHT, ColumnHead
from ftstudio.ui.widgets.table_view import RowsTable

_NUMBERS_WIDTH = 56


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
            return rows[start : start + count]

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
        room = self.viewport().width()
        spare = max(0, room - sum(self._wishes))
        widths = [wish + spare * wish // sum(self._wishes) for wish in self._wishes]
        widths[-1] += max(0, room - sum(widths)) if spare else 0
        for index, width in enumerate(widths):
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
