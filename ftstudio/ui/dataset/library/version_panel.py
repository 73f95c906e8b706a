"""One frozen dataset: what is in it, where it came from, its examples, and what to do with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from PySide6.QtCore import QModelIndex, QUrl, Signal, SignalInstance
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.units import format_count, plural
from ftstudio.data.kind import TITLES, classes_in_words
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.texts import in_short
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.cleaning.done_list import open_below
from ftstudio.ui.dataset.rows.row_reader import Place
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.icons import icon
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import ElidedLabel, text

_MOST = 20_000  # examples of one side that are searched here


@dataclass(frozen=True)
class _Line:
    row: int
    question: str
    answer: str
    side: Side
    before: int  # so many of its side come before it
    words: str  # folded, for the search


class VersionPanel(Card):
    use = Signal(object)  # DatasetVersion
    delete = Signal(object)  # DatasetVersion
    compare = Signal(object)  # DatasetVersion
    mix = Signal(object)  # DatasetVersion
    lineage = Signal(object)  # DatasetVersion
    read = Signal(object, object, int)  # DatasetVersion, list[Place], which of them
    card = Signal(object)  # DatasetVersion

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=20, spacing=14)
        self.version: DatasetVersion | None = None
        self._lines: list[_Line] = []
        self._listed: list[_Line] = []  # those that are shown now
        self._task: Task[list[_Line]] | None = None
        self.body.addLayout(self._make_head())
        self._facts = ElidedLabel("", "muted")
        self.body.addWidget(self._facts)
        self.left_out = text("", "small", wrap=True)
        self.left_out.hide()
        self.body.addWidget(self.left_out)
        self.body.addLayout(self._make_tiles())
        self.notice = NoticeBar()
        self.body.addWidget(self.notice)
        self.body.addLayout(self._make_search())
        self.table = RowsTable()
        self.table.setProperty("bare", True)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.verticalHeader().setFixedWidth(56)
        self.table.setAccessibleName(self.tr("Examples"))
        self.table.activated.connect(self._on_activated)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(self._make_foot())

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._name = ElidedLabel("", "display")
        row.addWidget(self._name, 1)
        self.folder = icon_button("folder-open", self.tr("Show the folder"))
        self.folder.clicked.connect(self._on_folder)
        self.trash = icon_button("trash-2", self.tr("Delete this dataset"))
        self.trash.clicked.connect(self._on_delete)
        self.train = button(self.tr("Use for training"), "primary", "arrow-right")
        self.train.clicked.connect(self._on_use)
        self.more = icon_button("ellipsis", self.tr("Compare, mix, where it comes from"))
        self.menu = QMenu(self.more)
        for words, signal in (
            (self.tr("Where it comes from …"), self.lineage),
            (self.tr("Compare with another version …"), self.compare),
            (self.tr("Mix with others …"), self.mix),
        ):
            self.menu.addAction(words).triggered.connect(partial(self._send, signal))
        self.more.clicked.connect(partial(open_below, self.menu, self.more))
        for widget in (self.more, self.folder, self.trash, self.train):
            row.addWidget(widget)
        return row

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self._count = text("", "small")
        row.addWidget(self._count, 1)
        self.card_link = button(self.tr("Dataset card"), "link", small=True)
        self.card_link.clicked.connect(partial(self._send, self.card))
        self.lineage_link = button(self.tr("Where it comes from"), "link", small=True)
        self.lineage_link.clicked.connect(partial(self._send, self.lineage))
        row.addWidget(self.card_link)
        row.addWidget(self.lineage_link)
        return row

    def _make_tiles(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self._tiles: dict[str, QLabel] = {}
        for key, words in (
            ("train", self.tr("to learn from")),
            ("validation", self.tr("for validation")),
            ("test", self.tr("for the test")),
            ("file", self.tr("rows in the file")),
        ):
            tile = Tinted("surface2")
            inside = QVBoxLayout(tile)
            inside.setContentsMargins(14, 10, 14, 10)
            inside.setSpacing(2)
            inside.addWidget(text(words, "small"))
            self._tiles[key] = text("", "number")
            inside.addWidget(self._tiles[key])
            row.addWidget(tile, 1)
        self._of_file = tile  # the last one
        return row

    def _make_search(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search in the examples"))
        self.search.setAccessibleName(self.tr("Search in the examples"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            QIcon(icon("search", "muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.textChanged.connect(self._on_search)
        self.side = QComboBox()
        self.side.setAccessibleName(self.tr("Part of the dataset"))
        for key, words in (
            ("", self.tr("All rows")),
            ("train", self.tr("Training")),
            ("validation", self.tr("Validation")),
            ("test", self.tr("Test")),
        ):
            self.side.addItem(words, key)
        self.side.activated.connect(self._on_search)
        row.addWidget(self.search, 1)
        row.addWidget(self.side)
        return row

    def show_version(self, version: DatasetVersion) -> None:
        if self.version is not None and version.id == self.version.id:
            return
        self.version = version
        self._name.setText(version.name)
        self._facts.setText(self._facts_of(version))
        words = self.left_out_words(version)
        self.left_out.setText(words)
        self.left_out.setVisible(bool(words))
        for key in SIDES:
            self._tiles[key].setText(format_count(version.counts.get(key, 0)))
        in_file = rows_in_file(version)
        self._tiles["file"].setText(format_count(in_file or 0))
        self._of_file.setVisible(in_file is not None)
        self.notice.clear()
        self.search.clear()
        self._lines = []
        self._show([])
        self._count.setText(self.tr("Opening …"))
        if self._task is not None:
            self._task.cancel()
        self._task = run(self, lambda cancel: _read(version, cancel), self._on_read, self._on_error)

    def _on_activated(self, index: QModelIndex) -> None:
        """Enter or a double click: the whole of it."""
        if self.version is not None and index.row() < len(self._listed):
            places = [Place(line.side, line.before, line.row) for line in self._listed]
            self.read.emit(self.version, places, index.row())

    def let_go(self) -> None:
        """Forget the version: its files are about to move."""
        self.version = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _facts_of(self, version: DatasetVersion) -> str:
        manifest = version.manifest
        said = [str(source.get("name", "")) for source in manifest.get("sources", [])]
        facts = version.facts
        if version.also:
            words = self.tr("also called {names}")
            said.insert(0, words.format(names=", ".join(f"“{name}”" for name in version.also)))
        said += [TITLES[facts.kind], classes_in_words(facts.labels, 3)]
        said.append(time.strftime("%d %b %Y %H:%M", time.localtime(version.created)))
        said.append(version.id)
        return " · ".join(part for part in said if part)

    def left_out_words(self, version: DatasetVersion) -> str:
        """Of a mixture: how many rows it left out as they belong to what another part holds back;
        empty where it left out none."""
        every = version.manifest.get("left_out_as_held_back", 0)
        if not every:
            return ""
        near = version.manifest.get("left_out_as_nearly_held_back", 0)
        return plural(
            every,
            self.tr(
                "Left out in mixing, as another dataset holds it back to check with: 1 row; says "
                "only nearly the same: {near}."
            ),
            self.tr(
                "Left out in mixing, as another dataset holds them back to check with: {n} rows; "
                "of these say only nearly the same: {near}."
            ),
            near=format_count(near),
        )

    def _on_read(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._on_search()

    def _on_error(self, error: StudioError) -> None:
        self._count.setText("")
        self.notice.show_error(error)

    def _on_search(self) -> None:
        wanted, side = self.search.text().casefold().strip(), self.side.currentData()
        self._show(
            [
                line
                for line in self._lines
                if (not side or line.side == side) and (not wanted or wanted in line.words)
            ]
        )

    def _show(self, lines: list[_Line]) -> None:
        self._listed = lines
        sides = {
            "train": self.tr("training"),
            "validation": self.tr("validation"),
            "test": self.tr("test"),
        }

        copy = self.tr("copy")

        def fetch(start: int, count: int) -> list[dict[str, Any]]:
            return [
                {"_row": line.row if line.row > 0 else copy, "question": line.question,
                 "answer": line.answer, "side": sides[line.side]}
                for line in lines[start : start + count]
            ]  # fmt: skip

        kind = self.version.facts.kind if self.version else "chat"
        names = ["question", "side"] if kind == "text" else ["question", "answer", "side"]
        titles = [*self._titles(kind), self.tr("Part")]
        self.table.set_source(names, len(lines), fetch, titles)
        self.table.stretch_columns({0: 3} if kind == "text" else {0: 3, 1: 4})
        self.table.setColumnWidth(len(names) - 1, 110)
        one = self.tr("{shown} of 1 example · Enter or a double click opens it")
        many = self.tr("{shown} of {n} examples · Enter or a double click opens one")
        total = self.version.total if self.version else 0
        self._count.setText(plural(total, one, many, shown=format_count(len(lines))))

    def _titles(self, kind: ExampleKind) -> list[str]:
        question, words = self.tr("Question"), self.tr("Text")
        titles: dict[ExampleKind, list[str]] = {
            "chat": [question, self.tr("Answer")],
            "feedback": [question, self.tr("Answer, good or bad")],
            "preference": [question, self.tr("Better answer, then the worse one")],
            "label": [words, self.tr("Class")],
            "number": [words, self.tr("Number")],
            "text": [words],
        }
        return titles[kind]

    def _on_use(self) -> None:
        if self.version is not None:
            self.use.emit(self.version)

    def _send(self, signal: SignalInstance) -> None:
        if self.version is not None:
            signal.emit(self.version)

    def _on_delete(self) -> None:
        version = self.version
        if version is not None:
            self.let_go()
            self.delete.emit(version)

    def _on_folder(self) -> None:
        if self.version is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.version.path)))


def rows_in_file(version: DatasetVersion) -> int | None:
    """Rows of the source; None where it was no file: a mixture, or what people judged."""
    counts = version.manifest.get("rows", {})
    if isinstance(counts, dict) and "in_file" in counts:
        return int(counts["in_file"])
    return None


def _read(version: DatasetVersion, cancel: Cancel) -> list[_Line]:
    lines: list[_Line] = []
    for side in SIDES:
        if not version.counts.get(side):
            continue
        for before, example in enumerate(islice(version.examples(side), _MOST)):
            cancel.check()
            question, answer = in_short(example)
            folded = f"{question}\n{answer}".casefold()
            lines.append(_Line(example.source_row, question, answer, side, before, folded))
    return sorted(lines, key=lambda line: (line.row < 1, abs(line.row)))  # copies come last
