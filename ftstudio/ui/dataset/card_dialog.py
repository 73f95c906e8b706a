"""A frozen version's dataset card, as its README says it, to be read in the window."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QTextOption
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.data import card
from ftstudio.data.library import DatasetVersion
from ftstudio.ui.bridge.background import run
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, text

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)  # for the Hub, not for people
_MOST = 200_000  # characters


class CardDialog(QDialog):
    def __init__(self, version: DatasetVersion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._version = version
        self.setWindowTitle(self.tr("Dataset card"))
        self.resize(820, 640)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 20)
        column.setSpacing(12)
        words = self.tr("What “{name}” is").format(name=version.name)
        column.addWidget(ElidedLabel(words, "display"))
        column.addWidget(text(self.tr("dataset card"), "faint"))
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self.page = QTextBrowser()
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setOpenLinks(False)  # nothing of a card may be fetched
        self.page.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.page.setAccessibleName(self.tr("Dataset card"))
        column.addWidget(self.page, 1)
        foot = QHBoxLayout()
        self.folder = button(self.tr("Show the folder"), "link", "folder-open", small=True)
        self.folder.clicked.connect(self._on_folder)
        foot.addWidget(self.folder)
        foot.addStretch(1)
        close = button(self.tr("Close"), "primary")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        column.addLayout(foot)
        path = version.path / card.FILE
        run(self, lambda cancel: _read(path), self._on_read, self.notice.show_error)

    def _on_read(self, words: str) -> None:
        self.page.setMarkdown(words)

    def _on_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._version.path)))


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            words = file.read(_MOST)
    except OSError as error:
        raise StudioError(
            "The dataset card can't be read.",
            f"{path.name} is missing from the dataset, or can't be opened: {error.strerror}.",
            "`ftstudio data card` writes it anew.",
            code="card_unreadable",
        ) from error
    return _FRONT.sub("", words, count=1)
