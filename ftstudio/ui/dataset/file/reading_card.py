"""How the file was read: what was recognised, each to be overruled, beside the decoded rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ftstudio.data.draft import DraftOptions
from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.encoding import GUESSED
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.file.mapping_table import share_room, wish
from ftstudio.ui.dataset.file.remarks_box import RemarksBox
from ftstudio.ui.dataset.rows.part_words import part_name, part_said
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import ElidedLabel, text

_TEXT = (".csv", ".tsv", ".txt", ".tab", ".dat", ".text", "")
_BOOK = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
SHEETS_JOINED = " / "
_UNSAID = (
    "sheet",  # by its own word
    "sheets",
    "configuration",
    "not read",  # among the remarks
    "its sha256",
    "its rows",
    "joined with",
    "its size",
)  # of a table's details: shown elsewhere, or for records alone
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
_SHORT = 12  # letters that a field has room for
_MIDDLING, _WHOLE = 225, 342  # pixels in which a separator and an encoding are read whole


class ReadingCard(Card):
    """`options_chosen` asks for the file to be read again, differently."""

    options_chosen = Signal(object)  # ReadOptions

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=20, spacing=12)
        self.body.addWidget(text(self.tr("How the file was read"), "h2"))
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        first, fields = QHBoxLayout(), QHBoxLayout()
        for part in (self._halves, first, fields):
            part.setSpacing(16)
        self._names: dict[QComboBox, QLabel] = {}
        self.sheet = self._combo(first, self.tr("Sheet"))
        self.sheet.setMinimumContentsLength(22)
        self.encoding = self._combo(first, self.tr("Letters"), self.tr("encoding"))
        self.separator = self._combo(fields, self.tr("Between the cells"), self.tr("separator"))
        self.header_row = self._combo(fields, self.tr("Row with the names"))
        self.broken = Segmented(
            [("skip", self.tr("Skip and list them")), ("stop", self.tr("Stop reading"))]
        )
        self.broken.setAccessibleName(self.tr("Lines that can't be read"))
        self.broken.chosen.connect(self._on_chosen)
        fields.addStretch(1)
        self._halves.addLayout(first)
        self._halves.addLayout(fields, 1)
        self.body.addLayout(self._halves)
        below = QHBoxLayout()  # five beside each other would be wider than the window
        below.setSpacing(16)
        self._said = ElidedLabel("", "small")
        below.addWidget(self._said, 1)
        below.addWidget(text(self.tr("Lines that can't be read"), "small"))
        below.addWidget(self.broken)
        self.body.addLayout(below)
        self.remarks = RemarksBox()
        self.body.addWidget(self.remarks)
        self.table = RowsTable()
        self.table.setProperty("bare", True)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.verticalHeader().setFixedWidth(56)
        self.table.setMinimumHeight(160)
        self.table.setAccessibleName(self.tr("The first rows as they were read"))
        self.body.addWidget(self.table, 1)
        self._options = DraftOptions()
        self._narrow = self._with_sheets = False

    def set_narrow(self, narrow: bool) -> None:
        """Two fields beside each other instead of four."""
        way = QBoxLayout.Direction
        self._halves.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self._narrow = narrow
        self._share_fields()

    def _share_fields(self) -> None:
        """What was recognised is shown whole where there is room: not beside a list of sheets."""
        short = self._narrow or self._with_sheets
        self.encoding.setMinimumWidth(0 if short else _WHOLE)
        self.separator.setMinimumWidth(0 if short else _MIDDLING)

    def _put(self, fields: QHBoxLayout, name: str, term: str, field: QWidget) -> QLabel:
        box = QWidget()
        inside = QVBoxLayout(box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        label = text(f"{name} · {term}" if term else name, "small")
        inside.addWidget(label)
        inside.addWidget(field)
        inside.addStretch(1)
        fields.addWidget(box)
        return label

    def _combo(self, fields: QHBoxLayout, name: str, term: str = "") -> QComboBox:
        box = QComboBox()
        box.setProperty("sz", "small")
        box.setAccessibleName(name)
        box.setMinimumContentsLength(_SHORT)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(self._on_chosen)
        self._names[box] = self._put(fields, name, term, box)
        return box

    def show_facts(self, facts: Facts) -> None:
        details = facts.table.details
        self.show_options(facts.table.path, facts.draft.options, details, facts.table.format)
        said = [f"{key}: {value}" for key, value in details.items() if key not in _UNSAID]
        said += filter(None, [part_said(facts.table)])
        self._said.setText(" · ".join(said))
        self.remarks.show_remarks(facts.table.remarks)
        rows = facts.rows

        def fetch(start: int, count: int) -> list[dict[str, Any]]:
            return rows[start : start + count]

        self.table.set_source(facts.table.column_names, len(rows), fetch)
        self.table.show()
        wishes = [wish(column) for column in facts.table.columns]
        widths = share_room(wishes, self.table.viewport().width() - 8)
        for index, width in enumerate(widths):
            self.table.setColumnWidth(index, width)

    def show_options(
        self,
        path: Path,
        options: DraftOptions,
        details: dict[str, str] | None = None,
        kind: str = "",
    ) -> None:
        """What can be overruled for this kind of file; with no rows when it failed."""
        details = details or {}
        self._options = options
        suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
        sheets = [name for name in details.get("sheets", "").split(SHEETS_JOINED) if name]
        choices = [(name, name) for name in sheets]
        if SHEETS_JOINED in (options.sheet or ""):
            together = self.tr("{n} files together").format(n=len(sheets))
            choices.insert(0, (options.sheet or "", together))
        self._fill(self.sheet, choices, options.sheet, details.get("sheet", ""))
        self._fill(self.encoding, _ENCODINGS, options.encoding, details.get("encoding", ""))
        self._fill(self.separator, self._separators(), options.delimiter,
                   details.get("separator", ""))  # fmt: skip
        self._with_sheets = self.sheet.count() > 2 or bool(options.sheet)
        self._show_box(self.sheet, self._with_sheets)
        self._share_fields()
        self._name_sheet(part_name(kind or ("xlsx" if suffix in _BOOK else ""), details))
        self._show_box(self.encoding, suffix in (*_TEXT, ".json", ".jsonl", ".ndjson"))
        self._show_box(self.separator, suffix in _TEXT)
        self._show_box(self.header_row, suffix in (*_TEXT, *_BOOK))
        rows = [(0, self.tr("the file has none")), *((n, str(n)) for n in range(1, 21))]
        self._fill(self.header_row, rows, options.header_row, details.get("header", ""))
        self.broken.select("skip" if options.skip_bad else "stop")
        if not details:
            self.table.hide()
            self.remarks.show_remarks(())
            self._said.setText("")

    def _name_sheet(self, words: str) -> None:
        """What there is to choose from in such a file."""
        self.sheet.setAccessibleName(words)
        self._names[self.sheet].setText(words)

    def _separators(self) -> list[tuple[str, str]]:
        return [
            (",", self.tr("comma")),
            (";", self.tr("semicolon")),
            ("\t", self.tr("tab")),
            ("|", self.tr("vertical bar")),
        ]

    def _fill(
        self,
        box: QComboBox,
        choices: Sequence[tuple[str | int, str]],
        chosen: str | int | None,
        found: str,
    ) -> None:
        box.clear()
        words = self.tr("{found} (recognised)") if found else self.tr("as recognised")
        if GUESSED in found:  # not “guessed (recognised)”
            words = "{found}"
        known = chosen is None
        box.setToolTip(found)
        box.addItem(words.format(found=found) if known else self.tr("as recognised"), None)
        for value, title in choices:
            box.addItem(title, value)
            box.setItemData(box.count() - 1, title, Qt.ItemDataRole.ToolTipRole)
        index = next((i for i in range(box.count()) if box.itemData(i) == chosen), 0)
        box.setCurrentIndex(index)

    def _show_box(self, field: QWidget, shown: bool) -> None:
        box = field.parentWidget()
        if box is not None:
            box.setVisible(shown)

    def _on_chosen(self) -> None:
        chosen = ReadOptions(
            sheet=self.sheet.currentData(),
            encoding=self.encoding.currentData(),
            delimiter=self.separator.currentData(),
            skip_bad=self.broken.current() == "skip",
            header_row=self.header_row.currentData(),
        )
        if chosen != ReadOptions(**self._options.model_dump()):
            self.options_chosen.emit(chosen)
