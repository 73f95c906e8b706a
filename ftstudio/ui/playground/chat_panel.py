"""One side of the playground: a conversation with one model, as bubbles."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import plural
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.flow_content import FlowContent
from ftstudio.ui.widgets.page_area import SCROLL_ROOM, PageArea
from ftstudio.ui.widgets.regrid import take_out
from ftstudio.ui.widgets.text import ElidedLabel, text


class Bubble(Card):
    """One turn."""

    def __init__(self, words: str, asked: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="accent" if asked else "soft", margin=12)
        self._label = text(words, None, wrap=True)
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.body.addWidget(self._label)
        self.asked = asked

    def words(self) -> str:
        return self._label.text()

    def set_words(self, words: str, faint: bool = False) -> None:
        restyle(self._label, "role", "muted" if faint else None)
        self._label.setText(words)


class ChatPanel(Card):
    """Keeps its own history: what this model was asked and what it answered."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=12)
        self._title = title
        self.history: list[dict[str, Any]] = []
        self._answer: Bubble | None = None
        self._words = ""
        self._began = 0.0
        self.body.setContentsMargins(18, 18, 18 - SCROLL_ROOM, 18)
        self.body.addLayout(self._build_head(title))
        self._turns = QVBoxLayout()
        self._turns.setContentsMargins(0, 0, 0, 0)
        self._turns.setSpacing(12)
        self._turns.addStretch(1)
        content = FlowContent()
        content.setLayout(self._turns)
        self._area = PageArea(content)
        self._follow = True  # keep the newest words in view, unless one scrolled up
        bar = self._area.verticalScrollBar()
        bar.rangeChanged.connect(self._on_grown)
        bar.actionTriggered.connect(self._on_scrolled)
        self.body.addWidget(self._area, 1)
        self._foot = text("", "small")
        self.body.addWidget(self._foot)

    def _build_head(self, title: str) -> QHBoxLayout:
        self._model = ElidedLabel("", "small")
        self._copy = icon_button("copy", self.tr("Copy this conversation"))
        self._copy.clicked.connect(self._on_copy)
        self._copy.setEnabled(False)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        head.setSpacing(10)
        head.addWidget(text(title, "h2"))
        head.addWidget(self._model, 1)
        head.addWidget(self._copy)
        return head

    def set_model(self, name: str) -> None:
        self._model.setText(name)
        self.setAccessibleName(f"{self._title}: {name}")

    # -- one turn -----------------------------------------------------------

    def ask(self, question: str) -> None:
        self.history.append({"role": "user", "content": question})
        self._add(Bubble(question, asked=True))
        self._answer = Bubble("", asked=False)
        self._add(self._answer)
        self._words, self._began = "", 0.0
        self._foot.setText("")
        self._copy.setEnabled(True)
        self.wait(self.tr("waiting for its turn …"))

    def wait(self, words: str) -> None:
        """What stands in the bubble until the first word comes."""
        if self._answer is not None and not self._words:
            self._answer.set_words(words, faint=True)

    def start(self) -> None:
        """Its turn has come."""
        self._began = time.monotonic()
        self.wait(self.tr("reading the question …"))

    def add_words(self, words: str) -> None:
        if self._answer is None:
            return
        self._began = self._began or time.monotonic()
        self._words += words
        self._answer.set_words(self._words)

    def finish(self, stopped: bool = False) -> None:
        if self._answer is None:
            return
        answer = self._words.strip()
        nothing = self.tr("(stopped)") if stopped else self.tr("(it said nothing)")
        self._answer.set_words(answer or nothing, faint=not answer)
        self.history.append({"role": "assistant", "content": answer})
        self._foot.setText(self._speed(stopped))
        self._answer.setAccessibleName(f"{self._title}: {answer}")
        self._answer = None

    def _speed(self, stopped: bool) -> str:
        seconds = time.monotonic() - self._began if self._began else 0.0
        one, many = self.tr("{seconds} s · 1 word"), self.tr("{seconds} s · {n} words")
        words = plural(len(self._words.split()), one, many, seconds=f"{seconds:.1f}")
        return self.tr("{words} · stopped").format(words=words) if stopped else words

    def fail(self) -> None:
        """The answer did not come: take the unanswered question back out of the history."""
        if self._answer is None:
            return
        self._answer.set_words(self.tr("(no answer)"), faint=True)
        self._answer = None
        if self.history and self.history[-1]["role"] == "user":
            self.history.pop()

    def clear(self) -> None:
        self.history.clear()
        self._answer = None
        self._foot.setText("")
        self._copy.setEnabled(False)
        for bubble in self.bubbles():
            take_out(self._turns, bubble)
            bubble.hide()
            bubble.deleteLater()

    # -- reading it ---------------------------------------------------------

    def bubbles(self) -> list[Bubble]:
        items = (self._turns.itemAt(i) for i in range(self._turns.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, Bubble)]

    def last_answer(self) -> str:
        return next((b.words() for b in reversed(self.bubbles()) if not b.asked), "")

    def foot(self) -> str:
        return self._foot.text()

    def transcript(self) -> str:
        names = {"user": self.tr("You"), "assistant": self._title}
        return "\n\n".join(f"{names[t['role']]}: {t['content']}" for t in self.history)

    def _add(self, bubble: Bubble) -> None:
        self._follow = True
        self._turns.insertWidget(self._turns.count() - 1, bubble)

    def _on_grown(self, low: int, high: int) -> None:
        if self._follow:
            QTimer.singleShot(0, self, self._scroll_down)

    def _on_scrolled(self, action: int) -> None:
        """A person moved it: follow again only from the end."""
        bar = self._area.verticalScrollBar()
        self._follow = bar.sliderPosition() >= bar.maximum() - 4

    def _scroll_down(self) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.transcript())
        self._foot.setText(self.tr("Copied."))
