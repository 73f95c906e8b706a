"""A field to drop files on, or to click for the file dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.card import CardButton
from ftstudio.ui.widgets.text import IconLabel, text


def dropped_paths(event: QDropEvent) -> list[Path]:
    """What lies on this computer of all that was dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


class FileDrop(CardButton):
    """`chosen` carries a Path, `several` a list of them. Every file is let through: who takes it
    says what is wrong."""

    chosen = Signal(object)
    several = Signal(object)

    def __init__(self, words: str, hint: str, suffixes: list[str], folder: str = "",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setProperty("tone", "dashed")
        self.setAcceptDrops(True)
        self.setAccessibleName(words)
        self.setAccessibleDescription(hint)
        self.start_folder = folder
        self._suffixes = suffixes
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 36, 32, 36)
        column.setSpacing(8)
        center = Qt.AlignmentFlag.AlignHCenter
        title = text(words, "h2", wrap=True)
        title.setAlignment(center)
        more = text(hint, "muted", wrap=True)
        more.setAlignment(center)
        column.addStretch(1)
        column.addWidget(IconLabel("upload", "accent", 36), 0, center)
        column.addWidget(title)
        column.addWidget(more)
        column.addStretch(1)
        self.clicked.connect(self.ask)

    def name_filter(self) -> str:
        patterns = " ".join(f"*{s if s.startswith('.') else '.' + s}" for s in self._suffixes)
        known = self.tr("Files that can be read ({patterns})").format(patterns=patterns)
        return known + ";;" + self.tr("All files (*)")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            restyle(self, "tone", "drop")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, "tone", "dashed")

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, "tone", "dashed")
        paths = dropped_paths(event)
        if paths:
            event.acceptProposedAction()
        self._take(paths)

    def ask(self) -> None:
        """Choose in a dialog what could be dropped as well: one file, or several of a folder."""
        names, _ = QFileDialog.getOpenFileNames(
            self, self.accessibleName(), self.start_folder, self.name_filter()
        )
        paths = [Path(name) for name in names]
        if paths:
            self.start_folder = str(paths[0].parent)
        self._take(paths)

    def _take(self, paths: list[Path]) -> None:
        if len(paths) > 1:
            self.several.emit(paths)
        elif paths:
            self.chosen.emit(paths[0])
