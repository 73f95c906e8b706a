"""A page's main part with a narrower one beside it, or below it where there is no room."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

NARROW = 1010  # pixels of the wizard below which the side goes under the main part
_ANY = 16_777_215


class TwoColumns(QWidget):
    def __init__(self, main: QWidget | QLayout, side: QWidget | QLayout, width: int) -> None:
        super().__init__()
        self._width = width
        self._main, self._side = _box(main), _box(side)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(20)
        self._layout.addWidget(self._main, 1)
        self._layout.addWidget(self._side)
        self._side.setFixedWidth(width)

    def set_narrow(self, narrow: bool) -> None:
        way = QBoxLayout.Direction
        self._layout.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self._side.setMinimumWidth(0 if narrow else self._width)
        self._side.setMaximumWidth(_ANY if narrow else self._width)


def _box(part: QWidget | QLayout) -> QWidget:
    if isinstance(part, QWidget):
        return part
    box = QWidget()
    part.setContentsMargins(0, 0, 0, 0)
    box.setLayout(part)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return box


def fill(page: QWidget, columns: TwoColumns) -> None:
    """Make the columns all there is of a page."""
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(columns)
