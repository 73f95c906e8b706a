"""A list of rows with what happened to each, and beside it the whole story of the one chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.drafting.chain import Tell
from ftstudio.data.drafting.history import RowHistory
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.step import steps
from ftstudio.data.texts import in_short
from ftstudio.data.watched import heard
from ftstudio.ui.bridge.background import Task, run
from ftstudio.ui.dataset.cleaning.history_view import HistoryView
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.icons import icon
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import text

_AT_ONCE = 20_000  # lines that are searched while one types


@dataclass(frozen=True, slots=True)
class RowLine:
    number: int
    words: str
    what: str


class RowsDialog(DialogFrame):
    """Type to find a row by its number or its words; the arrows walk, the story follows."""

    shown = Signal()  # the list, or another row's story

    def __init__(
        self, desk: Desk, title: str, facts_line: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, 1000, 640)
        self._desk = desk
        self._lines: list[RowLine] = []
        self._matching: list[RowLine] = []
        self._search: Task[list[RowLine]] | None = None
        self._wanted = 0
        self.setWindowTitle(title)
        self.set_head(title, words=facts_line)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Row number or words"))
        self.search.setAccessibleName(self.tr("Find a row by its number or its words"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            QIcon(icon("search", "muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.textChanged.connect(self._filter)
        for key, by in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, -1)):
            arrow = QShortcut(QKeySequence(key), self.search)
            arrow.setContext(Qt.ShortcutContext.WidgetShortcut)
            arrow.activated.connect(partial(self._walk, by))
        self.body.addWidget(self.search)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.table = RowsTable()
        self.table.setAccessibleName(title)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        row.addWidget(self.table, 3)
        card = Card(margin=16)
        self.history = HistoryView()
        area = PageArea(self.history)
        area.setFrameShape(QFrame.Shape.NoFrame)
        card.body.addWidget(area)
        row.addWidget(card, 2)
        self.body.addLayout(row, 1)
        self.count = text("", "small")
        self.foot.addWidget(self.count)
        self.foot.addStretch(1)
        self.focus_first(self.search)
        self.count.setText(self.tr("Looking …"))

    def set_lines(self, lines: list[RowLine]) -> None:
        self._lines = lines
        self._filter()

    def show_row(self, number: int) -> None:
        """The story of one row, whether it is in the list or not."""
        self._wanted = number
        self.history.wait(number)

        def work(session: DraftSession) -> RowHistory:
            return session.history(number)

        def done(history: RowHistory) -> None:
            if self._wanted == number and self.isVisible():
                self.history.show_history(history)
                self.shown.emit()

        self._desk.ask(work, done)

    def _filter(self) -> None:
        """At once where there are few; a walk over many is another thread's, and ends where the
        person types on."""
        if self._search is not None:
            self._search.cancel()
            self._search = None
        wanted, lines = self.search.text().casefold().strip(), self._lines
        if len(lines) <= _AT_ONCE or not wanted:
            self._show_lines(wanted, _matching(lines, wanted, lambda share: None))
            return
        self._search = run(
            self,
            lambda cancel: _matching(lines, wanted, lambda share: cancel.check()),
            lambda found: self._show_lines(wanted, found),
        )

    def _show_lines(self, wanted: str, matching: list[RowLine]) -> None:
        self._matching = matching

        def fetch(start: int, count: int) -> list[dict[str, Any]]:
            return [
                {"_row": line.number if line.number > 0 else "+", "words": line.words,
                 "what": line.what}
                for line in matching[start : start + count]
            ]  # fmt: skip

        titles = [self.tr("Row"), self.tr("What happened")]
        self.table.set_source(["words", "what"], len(matching), fetch, titles)
        self.table.stretch_columns({0: 3, 1: 2})
        one, many = self.tr("{shown} of 1 row"), self.tr("{shown} of {n} rows")
        if not self._lines:
            many = self.tr("There is no such row.")
        shown = format_count(len(matching))
        self.count.setText(plural(len(self._lines), one, many, shown=shown))
        if wanted.isdecimal() and not matching:
            self.show_row(int(wanted))
        self._choose(bool(wanted))
        self.shown.emit()

    def _choose(self, typed: bool) -> None:
        """The row whose story is told, where it is in the list; else the first that was found."""
        few = self._matching[:_AT_ONCE]
        at = next((i for i, line in enumerate(few) if line.number == self._wanted), -1)
        if at < 0 and few and (typed or not self._wanted):
            at = 0
        if at >= 0:
            self.table.selectRow(at)

    def _walk(self, by: int) -> None:
        last = len(self._matching) - 1
        if last >= 0:
            self.table.selectRow(min(last, max(0, self.table.currentIndex().row() + by)))

    def _on_row(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and current.row() < len(self._matching):
            self.show_row(self._matching[current.row()].number)


def _matching(lines: list[RowLine], wanted: str, tell: Tell) -> list[RowLine]:
    """Those with this number, or with these words."""
    if not wanted:
        return lines
    return [
        line
        for line in heard(lines, tell)
        if wanted == str(line.number) or wanted in line.words.casefold()
    ]


def lines_of_finding(numbers: list[int], facts: Facts) -> list[RowLine]:
    """Rows that a check has found, as they are now."""
    wanted = set(numbers)
    lines = [
        RowLine(row.number, " ".join(in_short(row.example)[0].split()), "")
        for row in facts.current
        if row.number in wanted
    ]
    have = {line.number for line in lines}
    lost = [p for p in facts.troubled if p.row in wanted - have]
    return lines + [RowLine(p.row, p.text, p.reason) for p in lost]


def lines_left_out(session: DraftSession) -> list[RowLine]:
    """Every row of the file that is in no part, with the reason."""
    found = []
    for key, stage, reason, example, words in session.left_out():
        said = " ".join(in_short(example)[0].split()) if example else words
        title = steps()[stage].title if stage in steps() else ""
        found.append(
            RowLine(int(key.partition(".")[0]), said, f"{title}: {reason}" if title else reason)
        )
    return found
