"""One row as the conversation it is: a bubble per turn, those learned from with a green edge."""

from __future__ import annotations

import json

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ftstudio.core.example import Example, Message
from ftstudio.core.units import format_count
from ftstudio.ui.dataset.tinted import Tinted
from ftstudio.ui.widgets.text import text

_MOST = 200  # bubbles of one row; thousands would hold up the window
_LONGEST = 20_000  # characters of one bubble; the exact text shows all of it


class BubblesView(QScrollArea):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("This row as a conversation"))

    def sizeHint(self) -> QSize:
        return QSize(360, 150)  # takes the room that is left; a long text must not push the rest

    def set_example(self, example: Example | None, learned: list[bool] | None = None) -> None:
        """`learned` says of each turn whether the model learns from it; by default the answers."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        messages = example.messages if example else []
        marks = learned or [m.role == "assistant" for m in messages]
        for message, mark in list(zip(messages, marks, strict=True))[:_MOST]:
            column.addLayout(self._bubble(message, mark))
        if len(messages) > _MOST:
            words = self.tr("… and {n} more turns.")
            count = format_count(len(messages) - _MOST)
            column.addWidget(text(words.format(n=count), "muted", wrap=True))
        column.addStretch(1)
        self.setWidget(inside)

    def _bubble(self, message: Message, learned: bool) -> QHBoxLayout:
        if learned:
            bubble = Tinted("learn", bar="ok", radius=8)
        else:
            bubble = Tinted("surface", "border", radius=8)
        inside = QVBoxLayout(bubble)
        inside.setContentsMargins(14, 8, 12, 10)
        inside.setSpacing(2)
        inside.addWidget(text(self._who(message, learned), "small"))
        words = QLabel(_words(message))
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(words)
        line = QHBoxLayout()
        if message.role == "assistant":
            line.addSpacing(48)
        line.addWidget(bubble, 1)
        if message.role != "assistant":
            line.addSpacing(48)
        return line

    def _who(self, message: Message, learned: bool) -> str:
        names = {
            "system": self.tr("Instructions · system"),
            "user": self.tr("Question · user"),
            "assistant": self.tr("Answer · assistant"),
            "tool": self.tr("Answer of a tool · tool"),
        }
        name = names[message.role]
        return self.tr("{who} · learned").format(who=name) if learned else name


def _words(message: Message) -> str:
    words = message.content
    if message.tool_calls:
        calls = json.dumps(message.tool_calls, ensure_ascii=False, indent=1)
        words = f"{words}\n{calls}".strip()
    return words if len(words) <= _LONGEST else words[:_LONGEST] + " …"
