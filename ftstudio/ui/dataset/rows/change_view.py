"""One row in two versions, whole: every text with what went struck through and what came marked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.core.example import Example
from ftstudio.data.differing import Part, parts
from ftstudio.ui.dataset.rows.change_label import ChangeLabel
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.flow_content import FlowContent
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.text import text

_LONGEST = 12_000  # characters of one text that are compared and shown
_MOST = 60  # turns

Field = tuple[str, str]  # what it is called, what it says


class ChangeView(PageArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(FlowContent(), parent)
        self.labels: list[ChangeLabel] = []
        self.setAccessibleName(self.tr("This row, before and after"))

    def show_row(self, head: str, tone: str, before: Example | None,
                 after: Example | None) -> None:  # fmt: skip
        """Both: what differs between them. One alone: a row that is new, or gone."""
        inside = FlowContent()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if head:
            column.addWidget(Chip(head, tone))
        self.labels = []
        for title, found in self._compared(before, after):
            column.addSpacing(6)
            column.addWidget(text(title, "small"))
            label = ChangeLabel(role="", broken=True)
            label.set_parts(found)
            column.addWidget(label)
            self.labels.append(label)
        column.addStretch(1)
        self.setWidget(inside)
        self.setAccessibleDescription(self.plain())

    def clear(self) -> None:
        self.labels = []
        self.setWidget(FlowContent())

    def plain(self) -> str:
        """All of it without colours, for tests and screen readers."""
        return "\n".join(label.plain() for label in self.labels)

    def _compared(
        self, before: Example | None, after: Example | None
    ) -> Iterator[tuple[str, list[Part]]]:
        if before is None or after is None:
            one = before or after
            for title, words in self._fields(one) if one else ():
                yield title, [Part("same", words)]
            return
        for old, new in zip_longest(self._fields(before), self._fields(after)):
            if old and new and old[0] == new[0]:
                yield new[0], parts(old[1], new[1])
                continue
            if old:
                yield old[0], [Part("gone", old[1])]
            if new:
                yield new[0], [Part("new", new[1])]

    def _fields(self, example: Example) -> list[Field]:
        roles = {
            "system": self.tr("Instructions"),
            "user": self.tr("Question"),
            "assistant": self.tr("Answer"),
            "tool": self.tr("Answer of a tool"),
        }
        if example.kind in ("label", "number"):
            roles["user"] = self.tr("Text")
        found = [(self.tr("Text"), example.text)] if example.text is not None else []
        found += [(roles[turn.role], turn.content) for turn in example.messages[:_MOST]]
        for title, turns in (
            (self.tr("Better answer"), example.chosen),
            (self.tr("Worse answer"), example.rejected),
        ):
            found += [(title, turn.content) for turn in (turns or ())[:_MOST]]
        if example.good is not None:
            verdict = self.tr("good") if example.good else self.tr("bad")
            found.append((self.tr("This answer is"), verdict))
        if example.labels is not None:
            found.append((self.tr("Class"), "; ".join(example.labels)))
        if example.number is not None:
            found.append((self.tr("Number"), f"{example.number:g}"))
        if example.images:
            found.append((self.tr("Pictures"), ", ".join(example.pictures)))
        return [(title, words[:_LONGEST]) for title, words in found]
