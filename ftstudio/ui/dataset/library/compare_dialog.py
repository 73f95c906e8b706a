"""Two versions side by side: what is new, what is gone, what was changed, what changed sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from ftstudio.core.example import Example
from ftstudio.core.units import format_count, plural
from ftstudio.data.sides.split import Side
from ftstudio.data.texts import in_short
from ftstudio.data.versions.compare import Comparison, compare
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.dataset.rows.change_view import ChangeView
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import ElidedLabel, text

_TIP = Qt.ItemDataRole.ToolTipRole


@dataclass(frozen=True)
class Differing:
    """One row that is not as it was; where it only changed sides, from which one to which."""

    before: Example | None
    after: Example | None
    sides: tuple[Side, Side] | None = None

    @property
    def shown(self) -> Example:
        found = self.after or self.before
        assert found is not None
        return found


class CompareDialog(DialogFrame):
    """N and P walk from one differing row to the next; the row stands whole beside the list."""

    def __init__(self, one: DatasetVersion, others: Sequence[DatasetVersion],
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent, 1060, 660)
        self.setWindowTitle(self.tr("Compare two versions"))
        self._one = one
        self._others = {other.id: other for other in others}
        self._rows: dict[str, list[Differing]] = {}
        self.comparison: Comparison | None = None
        self.body.addLayout(self._make_head(one, others))
        self.sentence = text("", "muted", wrap=True)
        self.body.addWidget(self.sentence)
        self.parts = Segmented(
            [("changed", self.tr("Changed")), ("added", self.tr("New")),
             ("removed", self.tr("Gone")), ("moved", self.tr("In another part"))]
        )  # fmt: skip
        self.parts.setAccessibleName(self.tr("Which rows are shown"))
        self.parts.chosen.connect(self._show)
        self.body.addWidget(self.parts)
        self.body.addLayout(self._make_rows(), 1)
        self._make_walk()
        self.focus_first(self.table)
        self._compare()

    def _make_head(self, one: DatasetVersion, others: Sequence[DatasetVersion]) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text(self.tr("From"), "muted"))
        self.other = QComboBox()
        self.other.setAccessibleName(self.tr("The version to compare with"))
        self.other.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.other.setMinimumContentsLength(24)
        self.other.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for other in others:
            made = datetime.fromtimestamp(other.created).strftime("%d %b %H:%M")
            self.other.addItem(f"{other.name} · {format_count(other.total)} · {made}", other.id)
            self.other.setItemData(self.other.count() - 1, other.name, _TIP)
        self.other.activated.connect(self._compare)
        head.addWidget(self.other, 1)
        alone, many = self.tr("to “{name}” · 1 example"), self.tr("to “{name}” · {n} examples")
        words = plural(one.total, alone, many, name=one.name)
        head.addWidget(ElidedLabel(words, "h2"), 1)
        return head

    def _make_rows(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        self.table = RowsTable()
        self.table.setAccessibleName(self.tr("Rows that differ"))
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        row.addWidget(self.table, 3)
        card = Card(margin=16)
        self.detail = ChangeView()
        card.body.addWidget(self.detail)
        row.addWidget(card, 4)
        return row

    def _make_walk(self) -> None:
        self.previous = icon_button("chevron-left", self.tr("The row before · P"), "secondary")
        self.next = icon_button("chevron-right", self.tr("The next row · N"), "secondary")
        self.where = text("", "small")
        for widget, key, by in ((self.previous, "P", -1), (self.next, "N", 1)):
            widget.clicked.connect(partial(self.walk, by))
            QShortcut(QKeySequence(key), self).activated.connect(partial(self.walk, by))
            self.foot.addWidget(widget)
        self.foot.addWidget(self.where)
        self.foot.addStretch(1)

    # ---- comparing ----
    def _compare(self) -> None:
        other = self._others.get(str(self.other.currentData()))
        if other is None:
            return
        self.sentence.setText(self.tr("Comparing row by row …"))
        self._rows = {}
        self._show()
        one = self._one
        self.start(lambda cancel: compare(other, one, lambda share: cancel.check()), self._on_done)

    def _on_done(self, found: Comparison) -> None:
        self.comparison = found
        self._rows = _differing(found)
        self.sentence.setText(self._sentence(found))
        names = {
            "changed": self.tr("Changed {n}"),
            "added": self.tr("New {n}"),
            "removed": self.tr("Gone {n}"),
            "moved": self.tr("In another part {n}"),
        }
        for key, words in names.items():
            count = len(self._rows[key])
            self.parts.button(key).setText(words.format(n=format_count(count)))
            self.parts.button(key).setEnabled(bool(count))
        filled = [key for key, rows in self._rows.items() if rows]
        self.parts.select(filled[0] if filled else "changed")
        self._show()

    def _sentence(self, found: Comparison) -> str:
        if not found.same and not found.changed and (found.added or found.removed):
            return self.tr("They have no row in common: this is another dataset altogether.")
        return found.sentence

    # ---- showing ----
    def _show(self) -> None:
        rows = self._rows.get(self.parts.current(), [])

        def fetch(start: int, count: int) -> list[dict[str, Any]]:
            return [self._line(one) for one in rows[start : start + count]]

        self.table.set_source(["words"], len(rows), fetch, [self.tr("Row")])
        self.table.stretch_columns({0: 1})
        self.detail.clear()
        self.where.setText("")
        for widget in (self.previous, self.next):
            widget.setEnabled(len(rows) > 1)
        if rows:
            self.table.selectRow(0)

    def _line(self, one: Differing) -> dict[str, Any]:
        words = " ".join(in_short(one.shown)[0].split())
        row = one.shown.source_row
        return {"_row": row if row > 0 else self.tr("copy"), "words": words}

    def _on_row(self, current: QModelIndex, previous: QModelIndex) -> None:
        rows = self._rows.get(self.parts.current(), [])
        if not current.isValid() or current.row() >= len(rows):
            return
        one = rows[current.row()]
        self.detail.show_row(*self._head(one), one.before, one.after)
        words = self.tr("{n} of {all} · keys N and P")
        place, count = format_count(current.row() + 1), format_count(len(rows))
        self.where.setText(words.format(n=place, all=count))

    def _head(self, one: Differing) -> tuple[str, str]:
        if one.sides is not None:
            names = {
                "train": self.tr("training"),
                "validation": self.tr("validation"),
                "test": self.tr("test"),
            }
            was, now = one.sides
            return f"{names[was]} → {names[now]}", "accent"
        if one.before is None:
            return self.tr("New: only in “{name}”").format(name=self._one.name), "ok"
        if one.after is None:
            return self.tr("Gone: only in “{name}”").format(name=self._other_name()), "bad"
        return self.tr("Changed: struck through is gone, underlined is new"), "warn"

    def _other_name(self) -> str:
        return self._others[str(self.other.currentData())].name

    def walk(self, by: int) -> None:
        """To the next differing row, and round at the end."""
        count = self.table.rows.rowCount()
        if count:
            self.table.selectRow((self.table.currentIndex().row() + by) % count)


def _differing(found: Comparison) -> dict[str, list[Differing]]:
    return {
        "changed": [Differing(one.before, one.after) for one in found.changed],
        "added": [Differing(None, example) for example in found.added],
        "removed": [Differing(example, None) for example in found.removed],
        "moved": [Differing(one, one, (was, now)) for one, was, now in found.moved],
    }
