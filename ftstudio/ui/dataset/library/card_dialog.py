"""A frozen version's dataset card, as its README says it, to be read in the window."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import (
    QBrush,
    QDesktopServices,
    QTextCursor,
    QTextFrame,
    QTextFrameFormat,
    QTextOption,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.data.versions import card
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.buttons import button

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)  # for the Hub, not for people
_MOST = 200_000  # characters
_ABOVE, _BELOW, _CELL = 14, 6, 5  # pixels around headings and paragraphs, and in cells


class CardDialog(DialogFrame):
    def __init__(self, version: DatasetVersion, parent: QWidget | None = None) -> None:
        super().__init__(parent, 860, 640)
        self._version = version
        self._said = ""
        self.setWindowTitle(self.tr("Dataset card"))
        self.set_head(self.tr("What is in it and how it was made"), self.tr("dataset card"))
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)  # nothing of a card may be fetched
        self.page.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.page.setAccessibleName(self.tr("Dataset card"))
        self.body.addWidget(self.page, 1)
        self.folder = button(self.tr("Show the folder"), "link", "folder-open", small=True)
        self.folder.clicked.connect(self._on_folder)
        self.foot.addWidget(self.folder)
        self.foot.addStretch(1)
        path = version.path / card.FILE
        self.start(lambda cancel: _read(path), self._on_read)
        self.focus_first(self.page)

    def _on_read(self, words: str) -> None:
        self._said = words
        self._show()

    def _show(self) -> None:
        document = self.page.document()
        document.setDocumentMargin(18)
        self.page.setMarkdown(self._said)
        _spread(document.rootFrame())
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                looks = frame.format()
                looks.setBorderBrush(QBrush(color("border_strong")))
                looks.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                looks.setBorderCollapse(True)
                looks.setBorder(1)
                looks.setTopMargin(_BELOW)
                looks.setCellPadding(_CELL)
                looks.setBottomMargin(_BELOW)
                frame.setFormat(looks)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_said", None):
            self._show()

    def _on_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._version.path)))


def _spread(root: QTextFrame) -> None:
    """Headings and paragraphs stand apart; Qt sets them solid."""
    walk = root.begin()
    while not walk.atEnd():
        block = walk.currentBlock()
        if block.isValid():
            looks, level = block.blockFormat(), block.blockFormat().headingLevel()
            looks.setTopMargin(_ABOVE if level > 1 else 0)
            looks.setBottomMargin(_BELOW)
            cursor = QTextCursor(block)
            cursor.setBlockFormat(looks)
        walk += 1


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            words = file.read(_MOST)
    except OSError as error:
        raise StudioError(
            "The dataset card can't be read.",
            f"{path.name} is missing from the dataset, or can't be opened: {error.strerror}.",
            "`ftstudio data card` tells it anew.",
            code="card_unreadable",
        ) from error
    return _FRONT.sub("", words, count=1)
