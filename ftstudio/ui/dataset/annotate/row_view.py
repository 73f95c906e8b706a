"""The row to be judged, large enough to read: a conversation, a text, or two answers A and B."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.example import Example, Message
from ftstudio.data.annotation.sitting import Sitting
from ftstudio.data.judged import subject
from ftstudio.ui.dataset.rows.bubbles_view import BubblesView
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import text

_STEP = 90  # pixels that an arrow key scrolls


class RowView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.bubbles = BubblesView()
        self.bubbles.setAccessibleName(self.tr("The row to be judged"))
        self.bubbles.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._at_end = False
        self.bubbles.verticalScrollBar().rangeChanged.connect(self._on_range)
        column.addWidget(self.bubbles, 1)
        self._two = QWidget()
        row = QHBoxLayout(self._two)
        row.setContentsMargins(14, 0, 14, 12)
        row.setSpacing(12)
        self.answers = (_Answer(self.tr("Answer A")), _Answer(self.tr("Answer B")))
        for answer in self.answers:
            row.addWidget(answer, 1)
        column.addWidget(self._two, 2)

    def show_row(self, sitting: Sitting) -> None:
        item, task = sitting.item, sitting.task
        self._two.setVisible(item is not None and task.judging == "pair")
        if item is None:
            self.bubbles.set_example(None)
            return
        example = item.shown(task.judging)
        if task.judging == "pair":
            self._show(_before(example), example)
            for answer, words in zip(self.answers, sitting.pair(), strict=True):
                answer.set(words)
        elif task.judging == "mend":
            self._show(_before(example), example)
        elif task.judging in ("label", "score") and (
            task.about == "question" or example.kind != "chat"
        ):
            self._show([Message(role="user", content=subject(example, "question"))], example)
        else:
            self._show(list(example.messages) or [Message(role="user", content=example.text or "")],
                       example)  # fmt: skip
        self._at_end = task.judging in ("mend", "pair")  # the last question is what is answered
        self.bubbles.verticalScrollBar().setValue(0)

    def _on_range(self, low: int, high: int) -> None:
        """To the end, but never past the beginning of the last question."""
        inside = self.bubbles.widget()
        layout = inside.layout() if inside else None
        if self._at_end and layout is not None and layout.count() > 1:
            last = layout.itemAt(layout.count() - 2)  # the very last is room
            top = last.geometry().top() - 8 if last is not None else high
            self.bubbles.verticalScrollBar().setValue(min(high, max(top, 0)))

    def scroll_by(self, key: int) -> bool:
        step = {
            int(Qt.Key.Key_Up): -_STEP, int(Qt.Key.Key_Down): _STEP,
            int(Qt.Key.Key_PageUp): -4 * _STEP, int(Qt.Key.Key_PageDown): 4 * _STEP,
        }.get(key, 0)  # fmt: skip
        areas: list[QScrollArea] = [self.bubbles]
        if self._two.isVisible():
            areas = [answer.area for answer in self.answers]
        for area in areas if step else []:
            bar = area.verticalScrollBar()
            bar.setValue(bar.value() + step)
        return bool(step)

    def _show(self, turns: list[Message], whole: Example) -> None:
        """These turns of it; nothing is marked as learned here."""
        shown = Example(messages=turns, images=whole.images)
        self.bubbles.set_example(shown, [False] * len(turns))
        for label in self.bubbles.findChildren(QLabel):
            if not label.property("role") and not label.property("chip"):
                restyle(label, "role", "read")


class _Answer(Tinted):
    def __init__(self, title: str) -> None:
        super().__init__("surface2", "border", radius=8)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 10, 6, 10)
        inside.setSpacing(4)
        inside.addWidget(text(title, "h3"))
        self._words = text("", "read", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(self._words)
        self._words.setAutoFillBackground(False)
        self.area.setAccessibleName(title)
        inside.addWidget(self.area, 1)

    def set(self, words: str) -> None:
        self._words.setText(words)
        self.area.setAccessibleDescription(words)
        self.area.verticalScrollBar().setValue(0)

    def words(self) -> str:
        return self._words.text()


def _before(example: Example) -> list[Message]:
    """What stands before the last answer: nobody shall be told which answer was the row's own."""
    turns = list(example.messages)
    if example.chosen is not None:
        return turns
    places = [place for place, turn in enumerate(turns) if turn.role == "assistant"]
    return turns[: places[-1]] if places else turns
