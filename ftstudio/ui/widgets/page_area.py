"""A scroll area for a page: its bar lies in the margin and takes no room from the content."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

SCROLL_ROOM = 16  # what the area reaches into the page's right margin, for the bar


class PageArea(QScrollArea):
    """The content keeps its width whether or not the bar is shown."""

    def __init__(self, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(widget)
        self.verticalScrollBar().setFixedWidth(10)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._on_range(0, 0)

    def _on_range(self, low: int, high: int) -> None:
        bar = self.verticalScrollBar().width() if high > low else 0
        self.setViewportMargins(0, 0, SCROLL_ROOM - bar, 0)
