"""The rows behind a line of the report card, shown in place: single ones, or groups alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, format_share, plural
from ftstudio.data.drafting.closer import Tell, near_groups
from ftstudio.data.meant import groups_now
from ftstudio.data.step import Finding, Row
from ftstudio.data.texts import in_short
from ftstudio.data.watched import heard
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.text import ElidedLabel, text

SHOWN_ROWS = 6
_GROUPS_OF = "mark_near_duplicates"


@dataclass(frozen=True)
class ShownRow:
    number: int
    first: str
    second: str
    note: str = ""  # how alike it is


@dataclass(frozen=True)
class Found:
    """Some rows, or groups of rows; `total` of all there are."""

    total: int
    rows: list[ShownRow] = field(default_factory=list)
    groups: list[list[ShownRow]] = field(default_factory=list)
    by_meaning: bool = False  # how the rows of a group are alike


def read_found(finding: Finding, facts: Facts, tell: Tell) -> Found:
    """Slow for many rows; `tell` may raise to stop."""
    if finding.step_key == _GROUPS_OF:
        groups = near_groups(facts.current, tell=tell)
        shown = [
            [_shown(m.number, *in_short(m.example), _percent(m.likeness)) for m in group]
            for group in groups
        ]
        return Found(len(shown), groups=shown)
    wanted = finding.rows[:SHOWN_ROWS]
    by_number = {p.row: _shown(p.row, p.text, p.reason) for p in reversed(facts.troubled)}
    if finding.key not in ("unread", "unusable"):
        numbers = set(wanted)
        for row in heard(facts.current, tell):
            if row.number in numbers:
                by_number[row.number] = _shown(row.number, *in_short(row.example))
    rows = [by_number[number] for number in wanted if number in by_number]
    return Found(len(finding.rows), rows)


def read_meant(rows: Sequence[Row], values: Mapping[str, Any]) -> Found:
    """The groups that a model found, the largest first. Slow for many rows."""
    shown = {row.key: row for row in rows}
    now = groups_now(rows, values["groups"], values["read"], values["threshold"])
    groups = [
        [_shown(shown[key].number, *in_short(shown[key].example), _percent(alike or None))
         for key, alike in group]
        for group in now
    ]  # fmt: skip
    largest = sorted(groups, key=lambda group: -len(group))
    return Found(len(groups), groups=largest, by_meaning=True)


def _shown(number: int, first: str, second: str, note: str = "") -> ShownRow:
    return ShownRow(number, " ".join(first.split()), " ".join(second.split()), note)


def _percent(likeness: float | None) -> str:
    return "" if likeness is None else format_share(likeness)


class FoundRowsView(Tinted):
    history_wanted = Signal(int)  # row number
    all_wanted = Signal()

    def __init__(self, found: Found, parent: QWidget | None = None) -> None:
        super().__init__("surface2", parent=parent)
        self._found = found
        self._group = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        if found.groups:
            column.addLayout(self._make_walk())
        self._grid = QWidget()
        self._box = QVBoxLayout()
        self._box.addWidget(self._grid)
        column.addLayout(self._box)
        if found.total > len(found.rows) and not found.groups:
            words = plural(found.total, self.tr("See the row"), self.tr("See all {n} rows"))
            self.all_button = button(words, "link", small=True)
            self.all_button.clicked.connect(self.all_wanted)
            column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def _make_walk(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.where = text("", "small")
        self.previous = icon_button("chevron-left", self.tr("Previous group"))
        self.next = icon_button("chevron-right", self.tr("Next group"))
        self.previous.clicked.connect(partial(self._go, -1))
        self.next.clicked.connect(partial(self._go, 1))
        row.addWidget(self.where)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        row.addStretch(1)
        how = self.tr("Alike, letter by letter")
        if self._found.by_meaning:
            how = self.tr("Alike in meaning, as the model reads")
        row.addWidget(text(how, "small"))
        return row

    def _go(self, by: int) -> None:
        self._group = (self._group + by) % len(self._found.groups)
        self._show()

    def shown(self) -> Sequence[ShownRow]:
        """The rows that are to be seen now."""
        groups = self._found.groups
        return groups[self._group][:SHOWN_ROWS] if groups else self._found.rows

    def _show(self) -> None:
        groups = self._found.groups
        if groups:
            one = self.tr("Group {at} of {all} · 1 row")
            many = self.tr("Group {at} of {all} · {n} rows")
            self.where.setText(
                plural(
                    len(groups[self._group]), one, many,
                    at=format_count(self._group + 1), all=format_count(len(groups)),
                )
            )  # fmt: skip
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 4)
        for place, shown in enumerate(self.shown()):
            self._add(grid, place, shown)
        if not self.shown():
            grid.addWidget(text(self.tr("These rows are no longer here."), "small"), 0, 0, 1, 4)
        self._box.replaceWidget(self._grid, fresh)
        self._grid.hide()
        self._grid.deleteLater()
        self._grid = fresh

    def _add(self, grid: QGridLayout, place: int, shown: ShownRow) -> None:
        number = str(shown.number) if shown.number > 0 else self.tr("copy")
        grid.addWidget(text(number, "small"), place, 0, Qt.AlignmentFlag.AlignRight)
        for at, words, role in ((1, shown.first, None), (2, shown.second, "muted")):
            label = ElidedLabel(words or self.tr("empty"), role)
            if not self._found.by_meaning:
                label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                menu = partial(self._on_menu, shown.number, label)
                label.customContextMenuRequested.connect(menu)
            grid.addWidget(label, place, at)
        if self._found.groups:
            note = shown.note or self.tr("the first")
            grid.addWidget(text(note, "small"), place, 3, Qt.AlignmentFlag.AlignRight)
        if self._found.by_meaning:  # in a dialog, over which no other one opens
            return
        story = icon_button("history", self.tr("What became of row {n}").format(n=number))
        story.setFixedSize(26, 26)
        story.clicked.connect(partial(self.history_wanted.emit, shown.number))
        grid.addWidget(story, place, 4)

    def _on_menu(self, number: int, label: QWidget, place: QPoint) -> None:
        menu = QMenu(self)
        words = self.tr("What became of row {n}").format(n=number)
        menu.addAction(words).triggered.connect(partial(self.history_wanted.emit, number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(label.mapToGlobal(place))
