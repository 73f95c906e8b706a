"""The inside of a scroll area whose texts wrap: it never asks for more height than it needs."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class FlowContent(QWidget):
    """WORKAROUND: QScrollArea gives its widget at least `minimumSizeHint`, for which wrapped
    labels guess a width; real heights come by `heightForWidth`, so none is claimed here."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)
