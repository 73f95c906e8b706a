"""What the model will see: one row's exact text, the learned part on green, and all lengths."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ftstudio.basemodels.catalogue import list_models
from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.units import format_count
from ftstudio.ui.bridge.background import run
from ftstudio.ui.dataset.bubbles_view import BubblesView
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.leak_card import LeakCard
from ftstudio.ui.dataset.leak_run import LeakRun
from ftstudio.ui.dataset.lengths_card import LengthsCard
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.dataset.preview_run import Preview, PreviewRun
from ftstudio.ui.dataset.rows_dialog import RowLine, RowsDialog
from ftstudio.ui.dataset.split_card import SplitCard
from ftstudio.ui.dataset.sums_view import SumsView
from ftstudio.ui.dataset.tinted import Tinted
from ftstudio.ui.dataset.token_view import Piece, TokenView
from ftstudio.ui.dataset.two_columns import TwoColumns, fill
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import ElidedLabel, text

_LEAST_TEXT = 240  # pixels
_BESIDE_TEXT = 500  # of the window's height that all else takes


class PreviewPage(WizardPage):
    key = "preview"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._models: list[BaseModelInfo] = []
        self._place = 0  # in facts.sample
        self._limit = 0
        self._asked = ""
        self.preview: Preview | None = None
        self.run = PreviewRun(desk)
        self.run.advanced.connect(self._on_advanced)
        self.run.ready.connect(self._on_ready)
        self.run.failed.connect(self._on_failed)
        self.columns = TwoColumns(self._make_left(), self._make_right(), 380)
        fill(self, self.columns)
        self._make_keys()

    def title(self) -> str:
        return self.tr("Preview")

    # ---- building it ----
    def _make_left(self) -> Card:
        card = Card(margin=20, spacing=10)
        head = QHBoxLayout()
        head.addWidget(text(self.tr("What the model will see"), "h2"))
        head.addStretch(1)
        choices = [("exact", self.tr("Exact text")), ("bubbles", self.tr("Chat bubbles"))]
        self.view = Segmented(choices)
        self.view.chosen.connect(self._on_view)
        head.addWidget(self.view)
        card.body.addLayout(head)
        card.body.addLayout(self._make_walk())
        self.tokens, self.bubbles = TokenView(), BubblesView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tokens)
        self._stack.addWidget(self.bubbles)
        ground = self._ground = Tinted("surface2")
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self._stack)
        card.body.addWidget(ground, 1)
        card.body.addLayout(self._make_legend())
        self.notice = NoticeBar()
        card.body.addWidget(self.notice)
        self.meter = Meter(self.tr("Rendering"))
        self.meter.hide()
        card.body.addWidget(self.meter)
        card.body.addWidget(line())
        head = QHBoxLayout()
        head.addWidget(text(self.tr("Over all rows"), "h3"))
        head.addStretch(1)
        self._learning = text("", "small")
        head.addWidget(self._learning)
        card.body.addLayout(head)
        self.sums = SumsView()
        card.body.addWidget(self.sums)
        card.body.addStretch()
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text takes what the window has, so that the sums below it are seen at once."""
        super().resizeEvent(event)
        self._ground.setMaximumHeight(max(_LEAST_TEXT, self.window().height() - _BESIDE_TEXT))

    def _make_walk(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._where = text("", "h3")
        self._facts = ElidedLabel("", "small")
        self.previous = icon_button("chevron-left", self.tr("Previous row"), "secondary")
        self.next = icon_button("chevron-right", self.tr("Next row"), "secondary")
        self.any = button(self.tr("Any row"), "link", "shuffle", small=True)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.any.clicked.connect(self._on_any)
        row.addWidget(self._where)
        row.addWidget(self._facts, 1)
        for widget in (self.previous, self.next, self.any):
            row.addWidget(widget)
        return row

    def _make_legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self._legend = {}
        for key, token in (("learned", "learn_t"), ("read", "text"), ("marks", "muted"),
                           ("cut", "plot2")):  # fmt: skip
            dot, label = Tinted(token, radius=3), text("", "small")
            dot.setFixedSize(10, 10)
            row.addWidget(dot)
            row.addWidget(label)
            row.addSpacing(8)
            self._legend[key] = (dot, label)
        row.addStretch(1)
        return row

    def _make_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(18)
        self.lengths, self.split = LengthsCard(), SplitCard()
        self.lengths.limit_chosen.connect(self._on_limit)
        self.lengths.model_chosen.connect(self._on_model)
        self.split.split_chosen.connect(self.desk.set_split)
        column.addWidget(self.lengths, 1)
        column.addWidget(self.split)
        self.leaks, self.leak_run = LeakCard(), LeakRun(self)
        self.leak_run.changed.connect(self._on_leaks)
        self.leak_run.advanced.connect(self.leaks.show_share)
        self.leak_run.failed.connect(self.notice.show_error)
        self.leaks.test_wanted.connect(self._on_test_wanted)
        self.leaks.pairs_wanted.connect(self._on_pairs_wanted)
        self.leaks.together_wanted.connect(self._on_together)
        self.leaks.leave_out_wanted.connect(self._on_leave_out)
        column.addWidget(self.leaks)
        return column

    def _make_keys(self) -> None:
        for keys, call in (
            (Qt.Key.Key_Left, self._on_previous),
            (Qt.Key.Key_Right, self._on_next),
            (Qt.Key.Key_T, self._on_toggle),
            (Qt.Key.Key_Plus, self._on_longer),
            (Qt.Key.Key_Minus, self._on_shorter),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    # ---- what is missing ----
    def reachable(self) -> bool:
        facts = self.desk.facts
        return facts is not None and facts.total > 0

    def foot(self) -> Foot:
        preview = self.preview
        if preview is None:
            return Foot(self.tr("Continue to the summary"))
        if preview.lengths and len(preview.zero_learned) == len(preview.lengths):
            missing = self.tr("Nothing would be learned: every answer lies beyond the cut-off.")
            words = self.tr("Choose a longer text to go on")
            return Foot(words, enabled=False, missing=missing, hint=missing)
        if count := len(set(preview.zero_learned)):
            missing = self.tr("{n} rows have nothing to learn from; training would refuse them.")
            missing = missing.format(n=format_count(count))
            words = self.tr("Leave out {n} rows to go on").format(n=format_count(count))
            return Foot(words, enabled=False, missing=missing, hint=missing)
        hint = ""
        if preview.cut:
            words = self.tr("{n} rows are cut at {limit} tokens; they stay in the dataset")
            hint = words.format(n=format_count(preview.cut), limit=format_count(preview.limit))
        return Foot(self.tr("Continue to the summary"), hint=hint)

    # ---- showing it ----
    def refresh(self) -> None:
        facts = self.desk.facts
        if facts is None or not facts.sample:
            return
        self.split.show_facts(facts)
        self._show_kind(facts.kind)
        self._place = min(self._place, len(facts.sample) - 1)
        self._show_row()
        if self.isVisible():
            self._ask()
            self.leak_run.look(facts)

    def closed(self) -> None:
        self.leak_run.stop()

    def left(self) -> None:
        self.run.stop()
        self.meter.hide()

    def _ask(self) -> None:
        """Make the preview, unless what is shown is of this draft already."""
        if not self._models:
            self._find_models()
            return
        facts = self.desk.facts
        assert facts is not None
        model = self._model(facts)
        if model is not None:
            self.run.start(facts, model, self._limit)

    def _find_models(self) -> None:
        workspace = self.desk.studio.workspace
        run(self, lambda cancel: list_models(workspace), self._on_models, self._on_failed)

    def _on_models(self, models: list[BaseModelInfo]) -> None:
        self._models = models
        facts = self.desk.facts
        if facts is None or not models:
            return
        chosen = self._model(facts)
        self.lengths.set_models(models, chosen.ref.path if chosen else "")
        self._ask()

    def _model(self, facts: Facts) -> BaseModelInfo | None:
        """The draft's model, else the one used last, else the first: the starter."""
        for wish in (facts.draft.model, self._asked, self.desk.studio.settings.last_model):
            for model in self._models:
                if wish and model.ref.path == wish:
                    return model
        return self._models[0] if self._models else None

    def _show_kind(self, kind: ExampleKind) -> None:
        """The words that depend on what a row is."""
        answers = self.tr("only answers are learned · assistant-only loss")
        bubbles = self.tr("Chat bubbles")
        says: dict[ExampleKind, tuple[str, str]] = {
            "chat": (bubbles, answers),
            "feedback": (bubbles, self.tr("good answers become likelier, bad ones less likely")),
            "preference": (
                self.tr("Both answers"),
                self.tr("the better answer becomes likelier than the worse one"),
            ),
            "label": (self.tr("Text and class"), self.tr("the text is read, its class is learned")),
            "number": (
                self.tr("Text and number"),
                self.tr("the text is read, its number is learned"),
            ),
            "text": (self.tr("As a page"), self.tr("all of the text is learned")),
        }
        view, learning = says[kind]
        self.view.button("bubbles").setText(view)
        self._learning.setText(learning)

    def _show_row(self) -> None:
        facts = self.desk.facts
        if facts is None or not facts.sample:
            return
        sampled = facts.sample[self._place]
        where = self.tr("Row {n} of {all}")
        self._where.setText(
            where.format(n=format_count(sampled.place + 1), all=format_count(facts.total))
        )
        sides = {
            "train": self.tr("training part"),
            "validation": self.tr("validation part"),
            "test": self.tr("test part"),
        }
        words = self.tr("row {row} of the file · {side}")
        self._facts.setText(words.format(row=sampled.example.source_row, side=sides[sampled.side]))
        self.bubbles.set_example(sampled.example)
        self._show_tokens(sampled.place)

    def _show_tokens(self, place: int) -> None:
        row = self.preview.rows.get(place) if self.preview else None
        if row is None:
            self.tokens.set_pieces([Piece(self.tr("…"), False, True, False)])
            for dot, label in self._legend.values():
                dot.hide()
                label.hide()
            return
        self.tokens.set_pieces([Piece(**piece) for piece in row["text_pieces"]])
        learned, limit = row["learned_tokens"], self.preview.limit if self.preview else 0
        marks = any(piece["special"] for piece in row["text_pieces"])
        read = (min(row["tokens"], limit) if row["cut"] else row["tokens"]) - learned
        words = {
            "learned": self.tr("learned from: {n} tokens").format(n=learned),
            "read": self.tr("only read: {n}").format(n=max(0, read)),
            "marks": self.tr("marks of the chat template"),
            "cut": self.tr("cut off: {n}").format(n=max(0, row["tokens"] - limit)),
        }
        for key, (dot, label) in self._legend.items():
            label.setText(words[key])
            shown = {"cut": row["cut"], "marks": marks, "learned": learned > 0}.get(key, True)
            dot.setVisible(shown)
            label.setVisible(shown)

    # ---- what happens ----
    def _on_ready(self, preview: Preview) -> None:
        first = self.preview is None or self.preview.lengths != preview.lengths
        self.preview = preview
        self.meter.hide()
        self.notice.clear()
        self.lengths.show_preview(preview)
        self.sums.show_preview(preview)
        self._show_row()
        self._show_barren(preview)
        self.foot_changed.emit()
        if first:
            rows: dict[int, int] = {}  # the longest, where a row holds several examples
            for row, length in zip(preview.source_rows, preview.lengths, strict=True):
                rows[row] = max(length, rows.get(row, 0))
            self.desk.set_lengths(rows, preview.limit)

    def _show_barren(self, preview: Preview) -> None:
        """Rows with nothing to learn from are an error; here is the remedy."""
        barren = sorted({preview.source_rows[place] for place in preview.zero_learned})
        if not barren or len(barren) == len(preview.lengths):
            return
        words = self.tr("{n} rows have nothing to learn from.")
        longer = self.tr(
            "Their answers lie beyond the cut-off, or the chat template refuses them. Choose a "
            "longer text, or leave them out."
        )
        why = self.tr("nothing of it would be learned at {n} tokens")
        why = why.format(n=format_count(preview.limit))
        self.notice.show_warning(
            words.format(n=format_count(len(barren))), longer, self.tr("Leave them out"),
            partial(self.desk.leave_out, barren, why),
        )  # fmt: skip

    # ---- leaks ----
    def _on_leaks(self) -> None:
        self.leaks.show_leaks(self.leak_run.leaks, self.desk.facts)

    def _on_test_wanted(self) -> None:
        folder = self.desk.studio.settings.last_folder
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose my test file"), folder)
        facts = self.desk.facts
        if name and facts is not None:
            self.leak_run.choose_test(Path(name), facts)

    def _on_pairs_wanted(self, key: str) -> None:
        pairs = self.leaks.pairs(key)
        if not pairs:
            return
        words = self.tr("Each row that is learned from, and its twin among what is tried.")
        self.dialog = RowsDialog(self.desk, self.tr("Leaks"), words, self)
        twin = self.tr("row {n}: {text}")
        public = self.tr("stands in a public test")
        self.dialog.set_lines(
            [
                RowLine(leak.learned, leak.learned_text,
                        twin.format(n=leak.tried, text=leak.tried_text) if leak.tried else public)
                for leak in pairs
            ]
        )  # fmt: skip
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _on_together(self) -> None:
        facts = self.desk.facts
        if facts is not None:
            self.desk.set_split(facts.draft.split.model_copy(update={"near": True}))

    def _on_leave_out(self) -> None:
        rows = {leak.learned for key in ("test", "public") for leak in self.leaks.pairs(key)}
        self.desk.leave_out(sorted(rows), self.tr("it stands in a test"))

    def _on_advanced(self, doing: str, share: float) -> None:
        self.meter.show()
        words = doing if share < 0 else f"{share:.0%}"
        self.meter.set_title(doing)
        self.meter.set(max(share, 0.02), words if share >= 0 else "")

    def _on_failed(self, error: StudioError) -> None:
        self.meter.hide()
        self.notice.show_error(error)

    def _on_view(self, key: str) -> None:
        self._stack.setCurrentWidget(self.tokens if key == "exact" else self.bubbles)

    def _on_toggle(self) -> None:
        key = "bubbles" if self.view.current() == "exact" else "exact"
        self.view.select(key)
        self._on_view(key)

    def _on_previous(self) -> None:
        self._go(self._place - 1)

    def _on_next(self) -> None:
        self._go(self._place + 1)

    def _on_any(self) -> None:
        facts = self.desk.facts
        if facts is not None and facts.sample:
            self._go(random.randrange(len(facts.sample)))

    def _go(self, place: int) -> None:
        facts = self.desk.facts
        if facts is not None and facts.sample:
            self._place = place % len(facts.sample)
            self._show_row()

    def _on_longer(self) -> None:
        self.lengths.step(1)

    def _on_shorter(self) -> None:
        self.lengths.step(-1)

    def _on_limit(self, limit: int) -> None:
        self._limit = limit
        self._ask()

    def _on_model(self, path: str) -> None:
        self._asked = path
        self._limit = 0
        self.desk.note(model=path)
        self.desk.studio.remember(last_model=path)
        facts = self.desk.facts
        model = next((m for m in self._models if m.ref.path == path), None)
        if facts is not None and model is not None:
            self.run.start(facts, model, 0)
