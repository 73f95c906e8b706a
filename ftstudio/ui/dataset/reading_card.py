"""How the file was read: what was recognised, each to be overruled, beside the decoded rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from ftstudio.data.draft import DraftOptions
from ftstudio.data.format import ReadOptions
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import ElidedLabel, text

_TEXT = (".csv", ".tsv", ".txt", ".tab", ".dat", ".text", "")
_BOOK = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
SHEETS_JOINED = " / "
_ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("cp1252", "Western Europe (Windows-1252)"),
    ("iso8859-15", "Western Europe (ISO 8859-15)"),
    ("cp1250", "Central Europe (Windows-1250)"),
    ("cp1251", "Cyrillic (Windows-1251)"),
    ("cp932", "Japanese (Shift-JIS)"),
    ("gb18030", "Chinese (GB18030)"),
    ("utf-16", "UTF-16"),
    ("mac_roman", "Mac Roman"),
)


class ReadingCard(Card):
    """`options_chosen` asks for the file to be read again, differently."""

    options_chosen = Signal(object)  # ReadOptions

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=20, spacing=12)
        self.body.addWidget(text(self.tr("How the file was read"), "h2"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self.sheet = self._combo(grid, 0, self.tr("Sheet"))
        self.encoding = self._combo(grid, 0, self.tr("Letters"), self.tr("encoding"))
        self.separator = self._combo(grid, 1, self.tr("Between the cells"), self.tr("separator"))
        self._make_header_row(grid)
        self.broken = Segmented(
            [("skip", self.tr("Skip and list them")), ("stop", self.tr("Stop reading"))]
        )
        self.broken.setAccessibleName(self.tr("Lines that can't be read"))
        self.broken.chosen.connect(self._on_chosen)
        self._put(grid, 3, self.tr("Broken lines"), "", self.broken)
        for column in range(4):
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self._said = ElidedLabel("", "small")
        self.body.addWidget(self._said)
        self.table = RowsTable()
        self.table.setProperty("bare", True)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.verticalHeader().setFixedWidth(56)
        self.table.setMinimumHeight(160)
        self.table.setAccessibleName(self.tr("The first rows as they were read"))
        self.body.addWidget(self.table, 1)
        self._options = DraftOptions()

    def _put(self, grid: QGridLayout, column: int, name: str, term: str, field: QWidget) -> None:
        box = QWidget()
        inside = QVBoxLayout(box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        label = text(f"{name} · {term}" if term else name, "small")
        inside.addWidget(label)
        inside.addWidget(field)
        grid.addWidget(box, 0, column)

    def _combo(self, grid: QGridLayout, column: int, name: str, term: str = "") -> QComboBox:
        box = QComboBox()
        box.setProperty("sz", "small")
        box.setAccessibleName(name)
        box.setMinimumContentsLength(10)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(self._on_chosen)
        self._put(grid, column, name, term, box)
        return box

    def _make_header_row(self, grid: QGridLayout) -> None:
        self.header_row = QSpinBox()
        self.header_row.setRange(-1, 1000)
        self.header_row.setSpecialValueText(self.tr("as recognised"))
        self.header_row.setProperty("sz", "small")
        self.header_row.setKeyboardTracking(False)
        self.header_row.setAccessibleName(self.tr("Row with the column names; 0 for none"))
        self.header_row.valueChanged.connect(self._on_chosen)
        self._put(grid, 2, self.tr("Row with the names"), self.tr("0: none"), self.header_row)

    def show_facts(self, facts: Facts) -> None:
        details = facts.table.details
        self.show_options(facts.table.path, facts.draft.options, details)
        said = [facts.table.format, *(f"{key}: {value}" for key, value in details.items()
                if key != "sheets")]  # fmt: skip
        self._said.setText(" · ".join(said))
        rows = facts.rows

        def fetch(start: int, count: int) -> list[dict[str, Any]]:
            return rows[start : start + count]

        self.table.set_source(facts.table.column_names, len(rows), fetch)
        self.table.show()
        for index in range(len(facts.table.columns)):
            self.table.setColumnWidth(index, 220)
        if len(facts.table.columns) <= 5:
            self.table.stretch_columns(dict.fromkeys(range(len(facts.table.columns)), 1))

    def show_options(
        self, path: Path, options: DraftOptions, details: dict[str, str] | None = None
    ) -> None:
        """What can be overruled for this kind of file; with no rows when it failed."""
        details = details or {}
        self._options = options
        suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
        sheets = [name for name in details.get("sheets", "").split(SHEETS_JOINED) if name]
        self._fill(self.sheet, [(n, n) for n in sheets], options.sheet, details.get("sheet", ""))
        self._fill(self.encoding, list(_ENCODINGS), options.encoding, details.get("encoding", ""))
        self._fill(self.separator, self._separators(), options.delimiter,
                   details.get("separator", ""))  # fmt: skip
        self._show_box(self.sheet, self.sheet.count() > 2 or bool(options.sheet))
        self._show_box(self.encoding, suffix in (*_TEXT, ".json", ".jsonl", ".ndjson"))
        self._show_box(self.separator, suffix in _TEXT)
        self._show_box(self.header_row, suffix in (*_TEXT, *_BOOK))
        self.header_row.blockSignals(True)
        self.header_row.setValue(-1 if options.header_row is None else options.header_row)
        self.header_row.blockSignals(False)
        self.broken.select("skip" if options.skip_bad else "stop")
        if not details:
            self.table.hide()
            self._said.setText("")

    def _separators(self) -> list[tuple[str, str]]:
        return [
            (",", self.tr("comma")),
            (";", self.tr("semicolon")),
            ("\t", self.tr("tab")),
            ("|", self.tr("vertical bar")),
        ]

    def _fill(
        self, box: QComboBox, choices: list[tuple[str, str]], chosen: str | None, found: str
    ) -> None:
        box.clear()
        words = self.tr("{found} (recognised)") if found else self.tr("as recognised")
        box.addItem(found if chosen else words.format(found=found), None)
        if chosen:
            box.setItemText(0, self.tr("as recognised"))
        for value, title in choices:
            box.addItem(title, value)
        index = next((i for i in range(box.count()) if box.itemData(i) == chosen), 0)
        box.setCurrentIndex(index)

    def _show_box(self, field: QWidget, shown: bool) -> None:
        box = field.parentWidget()
        if box is not None:
            box.setVisible(shown)

    def _on_chosen(self) -> None:
        header = self.header_row.value()
        chosen = ReadOptions(
            sheet=self.sheet.currentData(),
            encoding=self.encoding.currentData(),
            delimiter=self.separator.currentData(),
            skip_bad=self.broken.current() == "skip",
            header_row=None if header < 0 else header,
        )
        if chosen != ReadOptions(**self._options.model_dump()):
            self.options_chosen.emit(chosen)
