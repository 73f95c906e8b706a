"""Under which licence each source may be used, asked once, and what follows from it in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from ftstudio.data.licences import licence, licence_warnings, licences, strictest, use_matters
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import ElidedLabel, text

_FIRST = ("unknown", "own", "internal")
_LABEL = 108  # pixels
_SHORT = 14  # letters of a licence that are seen at least
_USES: dict[str, bool | None] = {"open": None, "no": False, "yes": True}


@dataclass(frozen=True)
class Source:
    name: str
    licence: str  # its key
    found_in: str = ""  # the file beside it in which that was read


class LicenceBox(QWidget):
    """Whether the model is for business is asked only where a licence forbids that."""

    chosen = Signal(int, str)  # which source, the licence's key
    use_chosen = Signal(object)  # whether the model is for business: bool, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: list[Source] = []
        self.boxes: list[QComboBox] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, _LABEL)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[ElidedLabel] = []
        column.addLayout(self._grid)
        column.addWidget(self._make_use())
        self.words = text("", "small", wrap=True)
        column.addWidget(self.words)

    def _add_box(self) -> None:
        place = len(self.boxes)
        box = QComboBox()
        box.setProperty("sz", "small")
        box.setMinimumContentsLength(_SHORT)  # a long licence must not squeeze the name beside it
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        words = {
            "unknown": self.tr("not said (optional)"),
            "own": self.tr("my own data"),
            "internal": self.tr("my organisation's, internal"),
            "other": self.tr("another licence"),
        }
        for key in (*_FIRST, *(one.key for one in licences() if one.key not in _FIRST)):
            box.addItem(words.get(key, licence(key).title), key)
        box.activated.connect(partial(self._on_chosen, place))
        label = ElidedLabel("", "muted")
        self._grid.addWidget(label, place, 0)
        self._grid.addWidget(box, place, 1)
        self._labels.append(label)
        self.boxes.append(box)

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

    def show_sources(self, sources: list[Source], commercial: bool | None) -> None:
        """One line for each; what follows is said of all together."""
        while len(self.boxes) < len(sources):
            self._add_box()
        self._sources = list(sources)
        for place, (label, box) in enumerate(zip(self._labels, self.boxes, strict=True)):
            for widget in (label, box):
                widget.setVisible(place < len(sources))
            if place < len(sources):
                self._show_source(sources[place], label, box, alone=len(sources) == 1)
        self.use.select(next(name for name, use in _USES.items() if use is commercial))
        self._show_words()

    def _show_source(self, one: Source, label: ElidedLabel, box: QComboBox, alone: bool) -> None:
        label.setText(self.tr("May be used as") if alone else one.name)
        words = self.tr("Licence of {file}, if you know it").format(file=one.name)
        box.setAccessibleName(words)
        if box.findData(one.licence) < 0:
            box.addItem(licence(one.licence).title, one.licence)
        box.setCurrentIndex(box.findData(one.licence))

    def _show_words(self) -> None:
        keys, commercial = [one.licence for one in self._sources], _USES[self.use.current()]
        self.asking.setVisible(use_matters(keys))
        warnings = licence_warnings(keys, commercial)
        found = sorted({one.found_in for one in self._sources if one.found_in})
        said = [self.tr("Read in {file}.").format(file=name) for name in found]
        said += warnings or [self._allows(strictest(keys))]
        self.words.setText(" ".join(said))
        broken = use_matters(keys) and commercial
        restyle(self.words, "tone", "bad" if broken else "warn" if warnings else "")
        for box in self.boxes:
            box.setAccessibleDescription(self.words.text())

    def _allows(self, key: str) -> str:
        if key == "own":
            return self.tr("You may do with it what you like.")
        if use_matters([key]):
            return self.tr("Allowed, as it is not for business. Name its authors when you pass "
                           "it on.")  # fmt: skip
        if licence(key).credit:
            return self.tr("Business use is allowed; name its authors when you pass it on.")
        return self.tr("It may be used for anything.")

    def _on_chosen(self, place: int, _index: int = 0) -> None:
        key = str(self.boxes[place].currentData())
        self._sources[place] = Source(self._sources[place].name, key)
        self._show_words()
        self.chosen.emit(place, key)

    def _on_use(self, name: str) -> None:
        self._show_words()
        self.use_chosen.emit(_USES[name])
