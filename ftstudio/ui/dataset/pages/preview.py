"""What the model will see: one row's exact text, the learned part on green, and all lengths."""

from __future__ import annotations

import random
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ftstudio.basemodels.catalogue import list_models
from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.units import format_count, format_share, plural
from ftstudio.ui.bridge.background import run
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.dataset.preview.lengths_card import LengthsCard
from ftstudio.ui.dataset.preview.preview_barren import Barren, barren_of
from ftstudio.ui.dataset.preview.preview_cost import PreviewCost
from ftstudio.ui.dataset.preview.preview_leaks import PreviewLeaks
from ftstudio.ui.dataset.preview.preview_result import Preview, Within
from ftstudio.ui.dataset.preview.preview_row import PreviewRow
from ftstudio.ui.dataset.preview.preview_run import PreviewRun
from ftstudio.ui.dataset.preview.sums_view import SumsView
from ftstudio.ui.dataset.rows.two_columns import TwoColumns, fill
from ftstudio.ui.dataset.split_card import SplitCard
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import text

_LEAST_TEXT = 240  # pixels
_BESIDE_TEXT = 500  # of the window's height that all else takes
_SHORTEST = 16  # tokens; what the steps take as a limit
_SETTLING = 250  # ms after which a limit that is stepped through counts as chosen


class PreviewPage(WizardPage):
    key = "preview"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._models: list[BaseModelInfo] = []
        self._place = 0  # in facts.sample
        self._limit = 0  # as chosen; 0: what training would take
        self._asked = ""
        self.preview: Preview | None = None
        self.within: Within | None = None  # the preview at the limit that is shown
        self.barren = Barren()
        self.run = PreviewRun(desk)
        self.run.advanced.connect(self._on_advanced)
        self.run.ready.connect(self._on_ready)
        self.run.failed.connect(self._on_failed)
        self.cost = PreviewCost(desk.workspace, self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING)
        self._settling.timeout.connect(self._tell_lengths)
        self.columns = TwoColumns(self._make_left(), self._make_right(), 380)
        self.cost.found.connect(self.lengths.show_guess)
        fill(self, self.columns)
        self._make_keys()

    def title(self) -> str:
        return self.tr("Preview")

    # ---- building it ----
    def _make_left(self) -> Card:
        card = Card(margin=20, spacing=8)
        self.row = PreviewRow()
        self.row.moved.connect(self._on_moved)
        card.body.addWidget(self.row, 1)
        self.notice = NoticeBar()
        card.body.addWidget(self.notice)
        card.body.addWidget(line())
        head = QHBoxLayout()
        head.addWidget(text(self.tr("Over all rows"), "h3"))
        head.addStretch(1)
        self._learning = text("", "small")
        head.addWidget(self._learning)
        card.body.addLayout(head)
        self.sums, self.meter = SumsView(), Meter(self.tr("Rendering"))
        self._below = QStackedWidget()  # the sums stand still while they are made anew
        self._below.addWidget(self.sums)
        self._below.addWidget(_at_top(self.meter))
        self._below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        card.body.addWidget(self._below)
        card.body.addStretch()
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text takes what the window has, so that the sums below it are seen at once."""
        super().resizeEvent(event)
        most = max(_LEAST_TEXT, self.window().height() - _BESIDE_TEXT)
        self.row.set_tallest(most)

    def showEvent(self, event: QShowEvent) -> None:
        """The keys walk the rows at once, without a click on the page first."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        if self.isVisible() and not self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.row.take_focus()

    def _make_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        self.lengths, self.split = LengthsCard(), SplitCard()
        self.lengths.limit_chosen.connect(self._on_limit)
        self.lengths.model_chosen.connect(self._on_model)
        self.split.split_chosen.connect(self.desk.set_split)
        column.addWidget(self.lengths, 1)
        column.addWidget(self.split)
        self.leaking = PreviewLeaks(self.desk, self)
        self.leaks = self.leaking.card
        self.leaking.failed.connect(self.notice.show_error)
        column.addWidget(self.leaks)
        return column

    def _make_keys(self) -> None:
        for keys, call in (
            (Qt.Key.Key_Left, partial(self._on_moved, -1)),
            (Qt.Key.Key_Right, partial(self._on_moved, 1)),
            (Qt.Key.Key_Home, partial(self._go, 0)),
            (Qt.Key.Key_End, partial(self._go, -1)),
            (Qt.Key.Key_PageUp, partial(self.row.turn, -1)),
            (Qt.Key.Key_PageDown, partial(self.row.turn, 1)),
            (Qt.Key.Key_T, self.row.toggle),
            (Qt.Key.Key_Plus, partial(self.lengths.step, 1)),
            (Qt.Key.Key_Minus, partial(self.lengths.step, -1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    # ---- what is missing ----
    def reachable(self) -> bool:
        facts = self.desk.facts
        return facts is not None and facts.total > 0

    def foot(self) -> Foot:
        within = self.within
        if within is None:
            return Foot(self.tr("Continue to the summary"))
        if self.barren.count:
            return self._foot_of_barren(self.barren)
        hint = ""
        if within.cut:
            hint = plural(
                within.cut, self.tr("1 row is cut at {limit} tokens; it stays in the dataset"),
                self.tr("{n} rows are cut at {limit} tokens; they stay in the dataset"),
                limit=format_count(within.limit),
            )  # fmt: skip
        return Foot(self.tr("Continue to the summary"), hint=hint)

    def _foot_of_barren(self, barren: Barren) -> Foot:
        """Rows with nothing to learn from block; a longer text may be the way out."""
        longer = ""
        if barren.longer:
            longer = self.tr("Read up to {n} tokens").format(n=format_count(barren.longer))
        if barren.all:
            missing = self.tr("Nothing would be learned: every answer lies beyond the cut-off.")
            words = self.tr("Choose a longer text to go on")
            if not longer:
                missing = self.tr("Nothing would be learned with this model.")
                words = self.tr("Choose another model to go on")
        else:
            count = barren.count
            missing = plural(
                count, self.tr("1 row has nothing to learn from; training would refuse it."),
                self.tr("{n} rows have nothing to learn from; training would refuse them."),
            )  # fmt: skip
            one, many = self.tr("Leave out 1 row to go on"), self.tr("Leave out {n} rows to go on")
            words = plural(count, one, many)
        return Foot(words, enabled=False, missing=missing, hint=missing, secondary=longer)

    def secondary(self) -> None:
        if self.barren.longer:
            self.lengths.choose(self.barren.longer)

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
            self.leaking.look(facts)

    def closed(self) -> None:
        self.leaking.stop()
        self.cost.stop()

    def left(self) -> None:
        if self._settling.isActive():
            self._tell_lengths()
        self.run.stop()
        self._below.setCurrentWidget(self.sums)

    def _ask(self) -> None:
        """Make the preview, unless what is shown is of this draft already."""
        if not self._models:
            self._find_models()
            return
        facts = self.desk.facts
        assert facts is not None
        model = self._model(facts)
        if model is not None:
            self.run.start(facts, model)

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
        self.row.show_kind(kind)
        says: dict[ExampleKind, str] = {
            "chat": self.tr("only answers are learned · assistant-only loss"),
            "feedback": self.tr("good answers become likelier, bad ones less likely"),
            "preference": self.tr("the better answer becomes likelier than the worse one"),
            "label": self.tr("the text is read, its class is learned"),
            "number": self.tr("the text is read, its number is learned"),
            "text": self.tr("all of the text is learned"),
        }
        self._learning.setText(says[kind])

    def _show_row(self) -> None:
        facts, preview, within = self.desk.facts, self.preview, self.within
        if facts is None or not facts.sample:
            return
        sampled = facts.sample[self._place]
        step = facts.sample[1].place - facts.sample[0].place if len(facts.sample) > 1 else 1
        self.row.show_place(sampled, facts.total, step)
        rendered = preview.rows.get(sampled.place) if preview else None
        refusal = preview.refusal(sampled.place) if preview and rendered is None else ""
        if refusal:
            words = self.tr("The chat template refuses this row: {why}")
            self.row.show_words(words.format(why=refusal))
            return
        self.row.show_tokens(rendered, within.limit if within else 0)

    # ---- what happens ----
    def _on_ready(self, preview: Preview) -> None:
        before = self.preview
        fresh = before is None or not before.counts_like(preview)
        self.preview = preview
        self._below.setCurrentWidget(self.sums)
        limit = preview.nearest(self._limit or preview.default)
        self.lengths.show_preview(preview, limit)
        facts = self.desk.facts
        if fresh and facts is not None:
            self.cost.ask(preview, facts)
        told = self.within.limit if self.within is not None and not fresh else 0
        self._read_up_to(limit)
        if told != limit:
            self._tell_lengths()

    def _read_up_to(self, limit: int) -> None:
        """All that a limit changes, at once: what is known of each row says it."""
        preview = self.preview
        if preview is None:
            return
        self.within = preview.at(limit)
        self.barren = barren_of(preview, self.within)
        self.sums.show_sums(self.within, preview.kind)
        self.notice.clear()
        self._show_row()
        self._show_barren(limit)
        self.foot_changed.emit()

    def _tell_lengths(self) -> None:
        """The other pages take the limit too, once nobody steps on."""
        self._settling.stop()
        if self.preview is not None and self.within is not None:
            self.desk.set_lengths(self.preview.by_row, max(_SHORTEST, self.within.limit))

    def _show_barren(self, limit: int) -> None:
        """Rows with nothing to learn from are an error; here is the remedy."""
        barren = self.barren
        if not barren.count or barren.all:
            return
        one = self.tr("1 row has nothing to learn from.")
        what = plural(barren.count, one, self.tr("{n} rows have nothing to learn from."))
        if barren.refused == barren.count:
            why = self.tr("The chat template refuses: {why}").format(why=barren.why)
        elif barren.longer:
            why = self.tr("What would be learned lies beyond the cut-off at {limit} tokens; "
                          "everything is read at {longer}.")  # fmt: skip
        else:
            why = self.tr("What would be learned lies beyond the cut-off at {limit} tokens.")
        why = why.format(limit=format_count(limit), longer=format_count(barren.longer))
        remedy = self.tr("Leaving out is a step that can be taken back.")
        error = StudioError(what, why, remedy, code="nothing_learned")
        kept = self.tr("nothing of it would be learned at {n} tokens")
        kept = kept.format(n=format_count(limit))
        act = partial(self._leave_out, limit, kept)
        self.notice.show_error(
            error, plural(barren.count, self.tr("Leave it out"), self.tr("Leave them out")), act
        )

    def _leave_out(self, limit: int, kept: str) -> None:
        preview = self.preview
        if preview is not None:
            run(self, lambda cancel: list(preview.barren_keys(limit)),
                lambda keys: self.desk.leave_out(keys, kept), self._on_failed)  # fmt: skip

    def _on_advanced(self, doing: str, share: float) -> None:
        self._below.setCurrentIndex(1)
        words = doing if share < 0 else format_share(share)
        self.meter.set_title(doing)
        self.meter.set(max(share, 0.02), words if share >= 0 else "")

    def _on_failed(self, error: StudioError) -> None:
        self._below.setCurrentWidget(self.sums)
        self.notice.show_error(error)

    def _on_moved(self, by: int) -> None:
        facts = self.desk.facts
        if facts is not None and facts.sample:
            self._go(self._place + by if by else random.randrange(len(facts.sample)))

    def _go(self, place: int) -> None:
        facts = self.desk.facts
        if facts is not None and facts.sample:
            self._place = place % len(facts.sample)
            self._show_row()

    def _on_limit(self, limit: int) -> None:
        self._limit = limit
        self._read_up_to(limit)
        self._settling.start()

    def _on_model(self, path: str) -> None:
        self._asked = path
        self._limit = 0
        self.desk.note(model=path)
        self.desk.studio.remember(last_model=path)
        facts = self.desk.facts
        model = next((m for m in self._models if m.ref.path == path), None)
        if facts is not None and model is not None:
            self.run.start(facts, model)


def _at_top(widget: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return box
