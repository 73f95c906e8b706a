"""Under which licence the data may be used, asked once, and what follows from it in words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.data.licences import licence, licence_warnings, licences
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import text

_FIRST = ("unknown", "own", "internal")


class LicenceBox(QWidget):
    chosen = Signal(str)  # its key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(text(self.tr("May be used as"), "muted"))
        self.box = QComboBox()
        self.box.setProperty("sz", "small")
        self.box.setAccessibleName(self.tr("Licence of the data, if you know it"))
        words = {
            "unknown": self.tr("not said (optional)"),
            "own": self.tr("my own data"),
            "internal": self.tr("my organisation's, internal"),
            "other": self.tr("another licence"),
        }
        for key in (*_FIRST, *(one.key for one in licences() if one.key not in _FIRST)):
            self.box.addItem(words.get(key, licence(key).title), key)
        self.box.activated.connect(self._on_chosen)
        row.addWidget(self.box, 1)
        column.addLayout(row)
        self.words = text("", "small", wrap=True)
        column.addWidget(self.words)

    def show_licence(self, key: str, found_in: str) -> None:
        """`found_in`: the file beside the source in which it was read."""
        if self.box.findData(key) < 0:
            self.box.addItem(licence(key).title, key)
        self.box.setCurrentIndex(self.box.findData(key))
        warnings = licence_warnings([key])
        said = [self.tr("Read in {file}.").format(file=found_in)] if found_in else []
        said += warnings or [self._allows(key)]
        self.words.setText(" ".join(said))
        restyle(self.words, "tone", "warn" if warnings else "")
        self.box.setAccessibleDescription(self.words.text())

    def _allows(self, key: str) -> str:
        if key == "own":
            return self.tr("You may do with it what you like.")
        if licence(key).credit:
            return self.tr("Business use is allowed; name its authors when you pass it on.")
        return self.tr("It may be used for anything.")

    def _on_chosen(self) -> None:
        key = str(self.box.currentData())
        self.show_licence(key, "")
        self.chosen.emit(key)
