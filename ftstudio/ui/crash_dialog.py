"""Shown when something unexpected happened; the diagnostics are read before they are copied."""

from __future__ import annotations

import getpass
import platform
import re
import sys
import traceback
from pathlib import Path

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ftstudio import __version__
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import IconLabel, text


def diagnostics(error: BaseException) -> str:
    """Versions and the traceback; no names of people, folders of the home, or values of rows."""
    lines = [
        f"ftstudio {__version__}",
        f"Python {platform.python_version()}, PySide6 {pyside_version}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        "",
        *traceback.format_exception(error),
    ]
    return without_names("\n".join(line.rstrip() for line in lines))


def without_names(words: str) -> str:
    """Take the home folder, the package's folder and the user's name out of a text."""
    package = str(Path(__file__).resolve().parent.parent.parent)
    for path, short in ((package, "…"), (sys.prefix, "<python>"), (str(Path.home()), "~")):
        if len(path) > 1:
            words = words.replace(path, short)
    words = re.sub(r"/(home|Users)/[^/\s\"']+", r"/\1/…", words)
    words = re.sub(r"(?i)(\\users\\)[^\\\s\"']+", r"\1…", words)
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no name in this system's user list
        return words
    if len(user) < 3 or user == "root":  # too common a word in code
        return words
    return re.sub(rf"\b{re.escape(user)}\b", "…", words)


class CrashDialog(QDialog):
    """One mistake of ours, told calmly: what is safe, what can be sent, and the way on."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setMinimumSize(640, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(IconLabel("bug", "warn", 32), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(text(self.tr("Something went wrong in the window"), "display"))
        calm = self.tr(
            "This is our mistake, not yours. Your data is saved, and a run that is training goes "
            "on by itself. You can go on working; if the window behaves oddly, open it again."
        )
        words.addWidget(text(calm, "muted", wrap=True))
        head.addLayout(words, 1)
        column.addLayout(head)
        column.addWidget(text(self.tr("This is what would be copied; nothing is sent."), "small"))
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setProperty("role", "mono")
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Diagnostics"))
        column.addWidget(self.details, 1)
        foot = QHBoxLayout()
        self.copy_button = button(self.tr("Copy diagnostics"), icon="copy")
        self.copy_button.clicked.connect(self._on_copy)
        QShortcut(QKeySequence("Ctrl+Shift+C"), self).activated.connect(self._on_copy)
        go_on = button(self.tr("Go on"), "primary")
        go_on.clicked.connect(self.accept)
        go_on.setDefault(True)
        go_on.setFocus()
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(go_on)
        column.addLayout(foot)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy_button.setText(self.tr("Copied"))
