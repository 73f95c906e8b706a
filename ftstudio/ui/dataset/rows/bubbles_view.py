"""One row as what it is: bubbles of a conversation, two answers, a text with its class, a page."""

from __future__ import annotations

import json

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.example import Example, Message
from ftstudio.core.units import plural
from ftstudio.data.texts import PICTURE, texts
from ftstudio.ui.dataset.rows.picture_dialog import PictureDialog
from ftstudio.ui.dataset.rows.picture_tile import PictureTile
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.text import text

_MOST = 200  # bubbles of one row; thousands would hold up the window
_MOST_CHIPS = 12
_MOST_PICTURES = 6  # of one turn
_LONGEST = 20_000  # characters of one bubble; the exact text shows all of it
_SIDE_BY_SIDE = 560  # pixels from which two answers stand beside each other


class BubblesView(QScrollArea):
    """What is learned from has a green edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("This row as a reader sees it"))
        self._pictures: list[str] = []
        self._dealt = 0  # pictures that stand in a bubble already
        self._marked = False  # the texts say where the pictures stand

    def sizeHint(self) -> QSize:
        return QSize(360, 150)  # takes the room that is left; a long text must not push the rest

    def set_example(self, example: Example | None, learned: list[bool] | None = None) -> None:
        """`learned` says of each turn whether the model learns from it; by default the answers."""
        inside = QWidget()
        self._pictures = list(example.images or ()) if example else []
        self._dealt = 0
        self._marked = example is not None and any(PICTURE in said for said in texts(example))
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        kind = example.kind if example else "chat"
        if example is None:
            pass
        elif kind == "text":
            column.addWidget(self._page(example.text or ""))
        elif kind in ("label", "number"):
            column.addWidget(self._sorted(example))
        elif kind == "preference":
            self._add_turns(column, example.messages, [False] * len(example.messages))
            column.addLayout(self._two_answers(example))
        else:
            marks = learned or self._answers(example)
            self._add_turns(column, example.messages, marks)
            if example.good is not None:
                column.addLayout(self._verdict(example.good))
        column.addStretch(1)
        self.setWidget(inside)

    def _answers(self, example: Example) -> list[bool]:
        """What is learned by default: every answer, of a judged conversation the last if good."""
        marks = [m.role == "assistant" for m in example.messages]
        if example.good is None or True not in marks:
            return marks
        last = len(marks) - 1 - marks[::-1].index(True)
        return [place == last and bool(example.good) for place in range(len(marks))]

    def _add_turns(self, column: QVBoxLayout, messages: list[Message], marks: list[bool]) -> None:
        for message, mark in list(zip(messages, marks, strict=True))[:_MOST]:
            column.addLayout(self._bubble(message, mark))
        if len(messages) > _MOST:
            one, many = self.tr("… and 1 more turn."), self.tr("… and {n} more turns.")
            words = plural(len(messages) - _MOST, one, many)
            column.addWidget(text(words, "muted", wrap=True))

    # ---- conversations ----
    def _bubble(self, message: Message, learned: bool) -> QHBoxLayout:
        if learned:
            bubble = Tinted("learn", bar="ok", radius=8)
        else:
            bubble = Tinted("surface", "border", radius=8)
        inside = _filled(bubble)
        inside.addWidget(text(self._who(message, learned), "small"))
        self._add_said(inside, message)
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

    # ---- pictures ----
    def _add_said(self, inside: QVBoxLayout, message: Message) -> None:
        """The words of a turn, above them the pictures that its marks stand for."""
        words = _words(message)
        marks = words.count(PICTURE)
        if not marks and message.role == "user" and not self._dealt and not self._marked:
            mine = self._pictures  # named beside the texts, not in them
        else:
            mine = self._pictures[self._dealt : self._dealt + marks]
        if mine:
            inside.addSpacing(4)
            inside.addWidget(self._tiles(mine, self._dealt))
        for _ in range(marks):
            self._dealt += 1
            sign = self.tr("[picture]")
            if len(self._pictures) > 1:
                sign = self.tr("[picture {n}]").format(n=self._dealt)
            words = words.replace(PICTURE, f" {sign} ", 1)
        if not marks:
            self._dealt += len(mine)
        inside.addWidget(_plain(words.strip() if marks else words))

    def _tiles(self, paths: list[str], first: int) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        for place, path in enumerate(paths[:_MOST_PICTURES], first):
            tile = PictureTile(path, place, len(self._pictures))
            tile.opened.connect(self._on_opened)
            row.addWidget(tile)
        if len(paths) > _MOST_PICTURES:
            words = self.tr("and {n} more").format(n=len(paths) - _MOST_PICTURES)
            row.addWidget(text(words, "small"))
        row.addStretch(1)
        return holder

    def _on_opened(self, place: int) -> None:
        dialog = PictureDialog(self._pictures, place, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _verdict(self, good: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(text(self.tr("This answer is"), "small"))
        row.addWidget(Chip(self.tr("good"), "ok") if good else Chip(self.tr("bad"), "bad"))
        return row

    # ---- pairs ----
    def _two_answers(self, example: Example) -> QBoxLayout:
        wide = self.viewport().width() >= _SIDE_BY_SIDE
        way = QBoxLayout.Direction
        row = QBoxLayout(way.LeftToRight if wide else way.TopToBottom)
        row.setSpacing(10)
        better, worse = Tinted("learn", bar="ok", radius=8), Tinted("surface", "border", radius=8)
        for frame, title, turns in (
            (better, self.tr("Better answer · chosen"), example.chosen or []),
            (worse, self.tr("Worse answer · rejected"), example.rejected or []),
        ):
            inside = _filled(frame)
            inside.addWidget(text(title, "small"))
            for turn in turns[:_MOST]:
                if len(turns) > 1:
                    inside.addWidget(text(self._who(turn, False), "small"))
                self._add_said(inside, turn)
            inside.addStretch(1)
            row.addWidget(frame, 1)
        return row

    # ---- texts ----
    def _sorted(self, example: Example) -> Tinted:
        """A text above the classes or the number that it has."""
        frame = Tinted("surface", "border", radius=8)
        inside = _filled(frame)
        inside.addWidget(text(self.tr("Text · read"), "small"))
        self._add_said(inside, Message(role="user", content=example.question))
        inside.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        if example.kind == "number":
            row.addWidget(text(self.tr("Number · learned"), "small"))
            row.addWidget(Chip(f"{example.number:g}", "ok"))
        else:
            labels = example.labels or []
            title = self.tr("Class · learned") if len(labels) < 2 else self.tr("Classes · learned")
            row.addWidget(text(title, "small"))
            for label in labels[:_MOST_CHIPS]:
                row.addWidget(Chip(label, "ok"))
            if len(labels) > _MOST_CHIPS:
                words = self.tr("and {n} more").format(n=len(labels) - _MOST_CHIPS)
                row.addWidget(text(words, "small"))
        row.addStretch(1)
        inside.addLayout(row)
        return frame

    def _page(self, words: str) -> Tinted:
        frame = Tinted("learn", bar="ok", radius=8)
        inside = _filled(frame)
        inside.addWidget(text(self.tr("Text · learned"), "small"))
        inside.addWidget(_plain(_cut(words)))
        return frame


def _filled(frame: Tinted) -> QVBoxLayout:
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(14, 8, 12, 10)
    inside.setSpacing(2)
    return inside


def _plain(words: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _words(message: Message) -> str:
    words = message.content
    if message.tool_calls:
        calls = json.dumps(message.tool_calls, ensure_ascii=False, indent=1)
        words = f"{words}\n{calls}".strip()
    return _cut(words)


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST] + " …"
