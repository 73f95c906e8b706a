"""Choose a step, set it, see on real rows what it would do, then add it; or change one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.params import Params
from ftstudio.data.drafting.foreseen import Effect, foresee
from ftstudio.data.step import Step, steps
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.dataset.cleaning.effect_card import EffectCard
from ftstudio.ui.dataset.cleaning.step_words import offered, sentence
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import line
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.text import text

_PAUSE = 350  # milliseconds after the last key before the rows are tried
_LINES = 5
_KEY = Qt.ItemDataRole.UserRole


class StepDialog(DialogFrame):
    """Accepted, `key` and `values` say what to do. `fixed`: a step that is there already, with
    its settings; the list is not shown then. `begin`: the first settings of the step `key`."""

    def __init__(self, facts: Facts, key: str = "", fixed: dict[str, Any] | None = None,
                 limit: int = 0, parent: QWidget | None = None,
                 begin: dict[str, Any] | None = None) -> None:  # fmt: skip
        super().__init__(parent, 700 if fixed is not None else 920, 660)
        self._facts, self._fixed, self._limit = facts, fixed, limit
        self._begin = {key: begin} if begin else {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.try_it)
        self.effect: Effect | None = None
        self.key = ""
        self.form = ParamsForm(steps()["trim"].params)
        change = fixed is not None
        self.setWindowTitle(self.tr("Change a step") if change else self.tr("Add a step"))
        row = QHBoxLayout()
        row.setSpacing(20)
        self.list = self._make_list()
        self.list.setVisible(not change)
        row.addWidget(self.list)
        row.addLayout(self._make_right(), 1)
        self.body.addLayout(row, 1)
        self._make_foot_buttons(change)
        self.list.currentItemChanged.connect(self._on_item)
        self.focus_first(self.list)
        self._choose(key or self._first())

    # ---- building it ----
    def _make_list(self) -> QListWidget:
        made = QListWidget()
        made.setFixedWidth(264)
        made.setAccessibleName(self.tr("Steps that can be added"))
        made.setWordWrap(True)
        for title, some in offered(self._facts.kind):
            head = QListWidgetItem(title)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            font = head.font()
            font.setPixelSize(12)
            head.setFont(font)
            head.setForeground(color("faint"))
            head.setSizeHint(QSize(0, 30))
            head.setTextAlignment(Qt.AlignmentFlag.AlignBottom)
            made.addItem(head)
            for step in some:
                item = QListWidgetItem(f"   {step.title}")
                item.setData(_KEY, step.key)
                item.setToolTip(step.term)
                item.setSizeHint(QSize(0, 28))
                made.addItem(item)
        return made

    def _make_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._title, self._term = text("", "display"), text("", "faint")
        head.addWidget(self._title)
        head.addWidget(self._term)
        head.addStretch(1)
        column.addLayout(head)
        self._sentence = text("", "muted", wrap=True)
        column.addWidget(self._sentence)
        column.addWidget(line())
        self._area: PageArea = PageArea(QWidget())
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        column.addWidget(self._area, 1)
        self.card = EffectCard(_LINES)
        column.addWidget(self.card)
        return column

    def _make_foot_buttons(self, change: bool) -> None:
        self.try_button = button(self.tr("Try it"), "secondary", "eye")
        self.try_button.setToolTip(self.tr("See what it would do before you add it"))
        self.try_button.clicked.connect(self.try_it)
        self.foot.addWidget(self.try_button)
        self.foot.addStretch(1)
        self.set_main(self.tr("Keep these settings") if change else self.tr("Add it"))

    # ---- choosing ----
    @property
    def step(self) -> Step:
        return steps()[self.key]

    @property
    def values(self) -> dict[str, Any]:
        return self.form.values()

    def _first(self) -> str:
        items = [self.list.item(row) for row in range(self.list.count())]
        return next(str(item.data(_KEY)) for item in items if item.data(_KEY))

    def _choose(self, key: str) -> None:
        for row in range(self.list.count()):
            if self.list.item(row).data(_KEY) == key:
                self.list.setCurrentRow(row)
                return
        self._show_step(key)  # one that is not among those offered

    def _on_item(self, current: QListWidgetItem | None, previous: object) -> None:
        if current is not None and current.data(_KEY):
            self._show_step(str(current.data(_KEY)))

    def _show_step(self, key: str) -> None:
        self.key = key
        step = self.step
        self._title.setText(step.title)
        self._term.setText(step.term)
        said = sentence(key)
        self._sentence.setText(said)
        self._sentence.setVisible(bool(said))
        given = self._begin.get(key, self._fixed)
        if given is None and key == "drop_long" and self._limit:
            given = {"limit": self._limit}
        self.form = ParamsForm(step.params, given, "all")
        self.form.edited.connect(self._on_changed)
        self._area.setWidget(self.form)
        self.try_button.setVisible(step.slow)
        self.card.hide()
        self._on_changed()

    def _on_changed(self) -> None:
        self._timer.stop()
        self.let_go()
        self.effect = None
        self.notice.clear()
        why = self._why_not()
        self.allow(not why, why)
        self.try_button.setEnabled(not why)
        if why:
            self.card.wait(why)
        elif self.step.slow:
            words = self.tr("This step looks at every word: “Try it” shows what it would do.")
            self.card.wait(words)
        else:
            self._timer.start()

    def _why_not(self) -> str:
        """What keeps the step from being added as it is set now."""
        problems = self.form.problems()
        return problems[0] if problems else self.step.why_not(self._params())

    def _params(self) -> Params:
        return self.step.params.model_validate(self.values)

    # ---- trying it ----
    def try_it(self) -> None:
        """In the background, over rows that never change."""
        self._timer.stop()
        if self._why_not():
            return
        rows, key, values = self._facts.current, self.key, self.values

        def work(cancel: Cancel) -> Effect:
            def tell(share: float) -> None:
                cancel.check()
                cancel.report(share)

            return foresee(rows, key, values, _LINES, tell)

        doing = self.tr("Trying it on your rows") if self.step.slow else ""
        self.start(work, self._on_effect, doing, failed=self._on_failed)

    def _on_effect(self, effect: Effect) -> None:
        self.effect = effect
        self.card.show_effect(self.step.title, effect)

    def _on_failed(self, error: StudioError) -> None:
        self.card.hide()
        self.fail(error)

    def do_main(self) -> None:
        if not self._why_not():
            self.accept()

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)
