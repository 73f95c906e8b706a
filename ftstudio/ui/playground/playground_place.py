"""The playground: the original and the tuned model answer the same question side by side."""

from __future__ import annotations

import random
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ftstudio.adapters import shelf
from ftstudio.adapters.card import AdapterCard
from ftstudio.core.errors import StudioError
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.conversation import Conversation
from ftstudio.ui.playground.chat_panel import ChatPanel
from ftstudio.ui.playground.question_bar import QuestionBar
from ftstudio.ui.playground.starting_points import (
    HeldOutQuestion,
    Pair,
    find_pair,
    held_out_questions,
)
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.empty_state import EmptyState, on_top
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, text

_SEED = 7
_NAME = 28  # letters of a name in the picker; the whole one stands above the answers
_LET_GO_MS = 5 * 60_000  # hidden for so long, the model's memory is given back


class PlaygroundPlace(QWidget):
    go = Signal(str, object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._cards: list[AdapterCard] = []
        self._pair: Pair | None = None
        self._wanted = ""  # the adapter to show once the shelf is known
        self._last = ""  # the adapter that was talked to last
        self._asks: dict[int, ChatPanel] = {}  # answers under way, in their order
        self._stopped = False
        self.conversation = Conversation(self)
        self._build()
        self._wire()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_LET_GO_MS)
        self._rest.timeout.connect(self.let_go)

    # -- the page -----------------------------------------------------------

    def _build(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(32, 28, 32, 28)
        page.setSpacing(16)
        page.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        page.addLayout(self._build_head())
        self.notice = NoticeBar()
        page.addWidget(self.notice)
        self._loading = self._build_loading()
        page.addWidget(self._loading)
        self.original = ChatPanel(self.tr("Original"))
        self.tuned = ChatPanel(self.tr("Your version"))
        self.bar = QuestionBar()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_talk())
        self._stack.addWidget(self._build_empty())
        page.addWidget(self._stack, 1)

    def _build_head(self) -> QHBoxLayout:
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(text(self.tr("Playground"), "h1"))
        titles.addWidget(
            ElidedLabel(self.tr("Ask the original and your version the same thing."), "muted")
        )
        self.picker = QComboBox()
        self.picker.setAccessibleName(self.tr("Your version"))
        self.picker.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.picker.setMinimumContentsLength(16)
        self.picker.activated.connect(self._on_picked)
        self.clear = button(self.tr("Clear"), "secondary", "x")
        self.clear.clicked.connect(self._on_clear)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(titles, 3)
        head.addWidget(self.picker, 2)
        head.addWidget(self.clear)
        return head

    def _build_loading(self) -> Card:
        card = Card(margin=16, spacing=8)
        self._loading_words = text("", None, wrap=True)
        self._loading_bar = QProgressBar()
        self._loading_bar.setRange(0, 0)
        self._loading_bar.setTextVisible(False)
        card.body.addWidget(self._loading_words)
        card.body.addWidget(self._loading_bar)
        card.hide()
        return card

    def _build_talk(self) -> QWidget:
        talk = QWidget()
        sides = QHBoxLayout()
        sides.setSpacing(16)
        sides.addWidget(self.original, 1)
        sides.addWidget(self.tuned, 1)
        column = QVBoxLayout(talk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(sides, 1)
        column.addWidget(self.bar)
        return talk

    def _build_empty(self) -> QWidget:
        empty = EmptyState(
            "messages-square",
            self.tr("Nothing to compare yet"),
            self.tr("When a run has finished, you ask the original model and your version the "
                    "same question here, side by side."),
            self.tr("New fine-tune"),
        )  # fmt: skip
        empty.action.connect(self._on_new)
        return on_top(empty)

    def _wire(self) -> None:
        self.bar.asked.connect(self.ask)
        self.bar.stop_asked.connect(self._on_stop)
        self.conversation.ready.connect(self._on_ready)
        self.conversation.token.connect(self._on_token)
        self.conversation.done.connect(self._on_done)
        self.conversation.failed.connect(self._on_failed)

    # -- which pair ---------------------------------------------------------

    def open(self, payload: object = None) -> None:
        """An adapter's id loads it; None keeps the one that is loaded, or takes the newest."""
        self._rest.stop()
        self._wanted = payload if isinstance(payload, str) else ""
        workspace = self._studio.workspace
        background.run(
            self, lambda cancel: shelf.list_cards(workspace), self._on_cards, self._on_failed
        )

    def _on_cards(self, cards: list[AdapterCard]) -> None:
        # One that labels or scores is not offered; asked for by name, it says what it is.
        cards = [card for card in cards if not card.head or card.id == self._wanted]
        self._cards = cards
        self.picker.clear()
        for card in cards:
            kind = self.tr("full model") if card.is_full_model else card.method_title
            name = card.name if len(card.name) <= _NAME else card.name[: _NAME - 1] + "…"
            self.picker.addItem(" · ".join(part for part in (name, kind) if part), card.id)
            self.picker.setItemData(self.picker.count() - 1, card.name, Qt.ItemDataRole.ToolTipRole)
        for part in (self.picker, self.clear):
            part.setVisible(bool(cards))
        self._stack.setCurrentIndex(0 if cards else 1)
        if not cards:
            self.let_go()
            return
        loaded = self._pair.card.id if self._pair else ""
        index = max(0, self.picker.findData(self._wanted or self._last))
        self.picker.setCurrentIndex(index)
        if cards[index].id != loaded or not self.conversation.is_open():
            self._load(cards[index])

    def _on_picked(self, index: int) -> None:
        if self._pair is None or self._cards[index].id != self._pair.card.id:
            self._load(self._cards[index])

    def _load(self, card: AdapterCard) -> None:
        """Look where both lie, then have the child load them."""
        self.let_go()
        if card.id != self._last:
            self._on_clear()
        self._last = card.id
        self.notice.clear()
        self.original.set_model(card.base.name)
        self.tuned.set_model(card.name)
        self.bar.show_examples([])
        self._show_loading(self.tr("Looking for {base} …").format(base=card.base.name))
        workspace = self._studio.workspace

        def work(cancel: background.Cancel) -> tuple[Pair, list[HeldOutQuestion]]:
            return find_pair(workspace, card), held_out_questions(card)

        background.run(self, work, self._on_pair, self._on_failed)

    def _on_pair(self, found: tuple[Pair, list[HeldOutQuestion]]) -> None:
        pair, questions = found
        if self._cards and self._cards[self.picker.currentIndex()].id != pair.card.id:
            return  # another one was picked in the meantime
        self._pair = pair
        self.original.set_model(pair.base_name)
        self.bar.show_examples(questions)
        self._show_loading(
            self.tr("Loading {base} and what it learned. The first time takes a few seconds, "
                    "a large model a minute or two.").format(base=pair.base_name)
        )  # fmt: skip
        self.conversation.load(str(pair.base), str(pair.tuned))

    def _show_loading(self, words: str) -> None:
        self._loading_words.setText(words)
        self._loading.setVisible(bool(words))
        self._renew()

    def _on_ready(self, facts: dict[str, Any]) -> None:
        self._show_loading("")
        self.bar.field.setFocus()

    # -- asking -------------------------------------------------------------

    def ask(self, question: str) -> None:
        """Put the same question, with the same chance, to both."""
        if not self.conversation.is_ready or self._asks:
            return
        self._stopped = False
        self.notice.clear()
        seed = _SEED if self.bar.same_chance.isChecked() else random.randrange(2**31)
        for panel, which in ((self.original, "base"), (self.tuned, "tuned")):
            panel.ask(question)
            ask_id = self.conversation.ask(
                self._messages(panel),
                which,
                temperature=self.bar.temperature.value() / 10,
                max_tokens=self.bar.length.value(),
                seed=seed,
            )
            self._asks[ask_id] = panel
        self.original.start()
        self._renew()

    def _messages(self, panel: ChatPanel) -> list[dict[str, Any]]:
        system = self.bar.system_words()
        first = [{"role": "system", "content": system}] if system else []
        return [*first, *panel.history]

    def _on_token(self, ask_id: int, words: str) -> None:
        if panel := self._asks.get(ask_id):
            panel.add_words(words)

    def _on_done(self, ask_id: int) -> None:
        panel = self._asks.pop(ask_id, None)
        if panel is None:
            return
        panel.finish(self._stopped)
        for following in self._asks.values():
            following.start()
            break
        self._renew()

    def _on_stop(self) -> None:
        self._stopped = True
        for ask_id in list(self._asks):
            self.conversation.stop(ask_id)

    def _on_failed(self, error: StudioError) -> None:
        self._show_loading("")
        for panel in self._asks.values():
            panel.fail()
        self._asks.clear()
        self._renew()
        lasting = error.code == "does_not_write"  # trying again would tell the same
        if self.conversation.is_ready or not self._cards or lasting:
            self.notice.show_error(error)
        else:
            self.notice.show_error(error, self.tr("Try again"), self._on_again)

    def _on_again(self) -> None:
        """Load the chosen pair once more."""
        index = self.picker.currentIndex()
        if 0 <= index < len(self._cards):
            self._load(self._cards[index])

    def _renew(self) -> None:
        busy = bool(self._asks)
        self.bar.set_state(self.conversation.is_ready and self._loading.isHidden(), busy)
        self.picker.setEnabled(not busy)
        self.clear.setEnabled(not busy)

    # -- the rest -----------------------------------------------------------

    def _on_clear(self) -> None:
        self.original.clear()
        self.tuned.clear()

    def _on_new(self) -> None:
        self.go.emit("train", None)

    def let_go(self) -> None:
        """End the child, so that the model's memory is free. It is loaded again on return."""
        for panel in self._asks.values():
            panel.fail()
        self._asks.clear()
        self._pair = None
        self.conversation.close()
        self._show_loading("")

    def minimumSizeHint(self) -> QSize:
        """What the narrow form needs; the wide form must not keep the window wide."""
        return QSize(560, 400)

    def shut_down(self) -> None:
        """The window closes: the child goes with it."""
        self._rest.stop()
        self.let_go()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest.start()
