"""Under which licence the data may be used, asked once, and what follows from it in words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.data.licences import licence, licence_warnings, licences, use_matters
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import text

_FIRST = ("unknown", "own", "internal")
_USES: dict[str, bool | None] = {"open": None, "no": False, "yes": True}


class LicenceBox(QWidget):
    """Whether the model is for business is asked only where the licence forbids that."""

    chosen = Signal(str)  # its key
    use_chosen = Signal(object)  # whether the model is for business: bool, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found_in = ""
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
        column.addWidget(self._make_use())
        self.words = text("", "small", wrap=True)
        column.addWidget(self.words)

    def _make_use(self) -> QWidget:
        self.asking = QWidget()
        row = QVBoxLayout(self.asking)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(4)
        question = self.tr("Will the model be sold or used in business?")
        row.addWidget(text(question, "small", wrap=True))
        self.use = Segmented(
            [("open", self.tr("Not sure yet")), ("no", self.tr("No")), ("yes", self.tr("Yes"))]
        )
        self.use.setAccessibleName(question)
        self.use.chosen.connect(self._on_use)
        row.addWidget(self.use)
        return self.asking

    def show_licence(self, key: str, found_in: str, commercial: bool | None = None) -> None:
        """`found_in`: the file beside the source in which it was read."""
        self._found_in = found_in
        if self.box.findData(key) < 0:
            self.box.addItem(licence(key).title, key)
        self.box.setCurrentIndex(self.box.findData(key))
        self.use.select(next(name for name, use in _USES.items() if use is commercial))
        self._show_words()

    def _show_words(self) -> None:
        key, commercial = str(self.box.currentData()), _USES[self.use.current()]
        self.asking.setVisible(use_matters([key]))
        warnings = licence_warnings([key], commercial)
        said = [self.tr("Read in {file}.").format(file=self._found_in)] if self._found_in else []
        said += warnings or [self._allows(key)]
        self.words.setText(" ".join(said))
        broken = use_matters([key]) and commercial
        restyle(self.words, "tone", "bad" if broken else "warn" if warnings else "")
        self.box.setAccessibleDescription(self.words.text())

    def _allows(self, key: str) -> str:
        if key == "own":
            return self.tr("You may do with it what you like.")
        if use_matters([key]):
            return self.tr("Allowed, as it is not for business. Name its authors when you pass "
                           "it on.")  # fmt: skip
        if licence(key).credit:
            return self.tr("Business use is allowed; name its authors when you pass it on.")
        return self.tr("It may be used for anything.")

    def _on_chosen(self) -> None:
        self._found_in = ""
        self._show_words()
        self.chosen.emit(str(self.box.currentData()))

    def _on_use(self, name: str) -> None:
        self._show_words()
        self.use_chosen.emit(_USES[name])
