"""Two versions side by side: what is new, what is gone, what was changed, what changed sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.example import Example
from ftstudio.core.units import format_count
from ftstudio.data.compare import Comparison, compare
from ftstudio.data.differing import brief, changed_text, parts
from ftstudio.data.library import DatasetVersion
from ftstudio.data.texts import in_short
from ftstudio.ui.bridge.background import Task, run
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import text

_Line = dict[str, Any]


class CompareDialog(QDialog):
    def __init__(self, one: DatasetVersion, others: Sequence[DatasetVersion],
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._one = one
        self._others = {other.id: other for other in others}
        self._task: Task[tuple[Comparison, dict[str, list[_Line]]]] | None = None
        self._lines: dict[str, list[_Line]] = {}
        self.comparison: Comparison | None = None
        self.setWindowTitle(self.tr("Compare two versions"))
        self.resize(900, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 20)
        column.setSpacing(12)
        column.addLayout(self._make_head(one, others))
        self.sentence = text("", "muted", wrap=True)
        column.addWidget(self.sentence)
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self.parts = Segmented(
            [("added", self.tr("New")), ("removed", self.tr("Gone")),
             ("changed", self.tr("Changed")), ("moved", self.tr("In another part"))]
        )  # fmt: skip
        self.parts.chosen.connect(self._show)
        column.addWidget(self.parts)
        self.table = RowsTable()
        self.table.setAccessibleName(self.tr("Rows that differ"))
        column.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = button(self.tr("Close"), "primary")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        column.addLayout(foot)
        self._compare()

    def _make_head(self, one: DatasetVersion, others: Sequence[DatasetVersion]) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        words = self.tr("From")
        head.addWidget(text(words, "muted"))
        self.other = QComboBox()
        self.other.setAccessibleName(self.tr("The version to compare with"))
        for other in others:
            self.other.addItem(f"{other.name} · {format_count(other.total)}", other.id)
        self.other.activated.connect(self._compare)
        head.addWidget(self.other)
        words = self.tr("to “{name}” · {n} examples")
        words = words.format(name=one.name, n=format_count(one.total))
        head.addWidget(text(words, "h2"))
        head.addStretch(1)
        return head

    def _compare(self) -> None:
        other = self._others.get(str(self.other.currentData()))
        if other is None:
            return
        self._stop()
        self.sentence.setText(self.tr("Comparing row by row …"))
        one = self._one

        def work(cancel: object) -> tuple[Comparison, dict[str, list[_Line]]]:
            found = compare(other, one)
            return found, _lines(found)

        self._task = run(self, work, self._on_done, self.notice.show_error)

    def _on_done(self, found: tuple[Comparison, dict[str, list[_Line]]]) -> None:
        self._task = None
        self.comparison, self._lines = found
        self.sentence.setText(self.comparison.sentence)
        names = {
            "added": self.tr("New {n}"),
            "removed": self.tr("Gone {n}"),
            "changed": self.tr("Changed {n}"),
            "moved": self.tr("In another part {n}"),
        }
        for key, words in names.items():
            count = format_count(len(self._lines[key]))
            self.parts.button(key).setText(words.format(n=count))
        filled = [key for key, lines in self._lines.items() if lines]
        self.parts.select(filled[0] if filled else "added")
        self._show()

    def _show(self) -> None:
        key = self.parts.current()
        lines = self._lines.get(key, [])
        titles = [self.tr("Question"), self.tr("Answer")]
        if key in ("changed", "moved"):
            titles = [self.tr("Before"), self.tr("After")]
        self.table.set_source(
            ["first", "second"], len(lines), lambda start, count: lines[start : start + count],
            titles,
        )  # fmt: skip
        self.table.stretch_columns({0: 1, 1: 1})

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)


def _lines(found: Comparison) -> dict[str, list[_Line]]:
    return {
        "added": [_line(example) for example in found.added],
        "removed": [_line(example) for example in found.removed],
        "changed": [_changed(change.before, change.after) for change in found.changed],
        "moved": [
            {"_row": example.source_row, "first": f"{was}: {_short(example)}", "second": now}
            for example, was, now in found.moved
        ],
    }


def _line(example: Example) -> _Line:
    first, second = in_short(example)
    return {"_row": example.source_row, "first": first, "second": second}


def _changed(before: Example, after: Example) -> _Line:
    shown = brief(parts(*changed_text(before, after)))
    old = "".join(part.text for part in shown if part.kind != "new")
    new = "".join(part.text for part in shown if part.kind != "gone")
    return {"_row": after.source_row, "first": old, "second": new}


def _short(example: Example) -> str:
    return " ".join(in_short(example)[0].split())
