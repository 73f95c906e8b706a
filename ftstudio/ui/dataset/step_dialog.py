"""Choose a step, set it, see on real rows what it would do, then add it; or change one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.data.foreseen import Effect, foresee
from ftstudio.data.step import Step, steps
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.effect_card import EffectCard
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.step_words import offered, sentence
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import line
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.text import text

_PAUSE = 350  # milliseconds after the last key before the rows are tried
_LINES = 5
_KEY = Qt.ItemDataRole.UserRole


class StepDialog(QDialog):
    """Accepted, `key` and `values` say what to do. `fixed`: a step that is there already, with
    its settings; the list is not shown then."""

    def __init__(self, facts: Facts, key: str = "", fixed: dict[str, Any] | None = None,
                 limit: int = 0, parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._facts, self._fixed, self._limit = facts, fixed, limit
        self._task: Task[Effect] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.try_it)
        self.effect: Effect | None = None
        self.key = ""
        self.form = ParamsForm(steps()["trim"].params)
        change = fixed is not None
        self.setWindowTitle(self.tr("Change a step") if change else self.tr("Add a step"))
        self.resize(700 if change else 920, 640)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 20, 24, 20)
        row.setSpacing(20)
        self.list = self._make_list()
        self.list.setVisible(not change)
        row.addWidget(self.list)
        row.addLayout(self._make_right(), 1)
        self.list.currentItemChanged.connect(self._on_item)
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
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self.card = EffectCard(_LINES)
        column.addWidget(self.card)
        self.meter = Meter(self.tr("Trying it on your rows"))
        self.meter.hide()
        column.addWidget(self.meter)
        column.addLayout(self._make_foot())
        return column

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.try_button = button(self.tr("Try it"), "secondary", "eye")
        self.try_button.setToolTip(self.tr("See what it would do before you add it"))
        self.try_button.clicked.connect(self.try_it)
        self.cancel_button = button(self.tr("Cancel"), "ghost")
        self.cancel_button.clicked.connect(self.reject)
        words = self.tr("Keep these settings") if self._fixed is not None else self.tr("Add it")
        self.add_button = button(words, "primary")
        self.add_button.setDefault(True)
        self.add_button.clicked.connect(self._on_add)
        foot.addWidget(self.try_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.add_button)
        return foot

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
        given = self._fixed
        if given is None and key == "drop_long" and self._limit:
            given = {"limit": self._limit}
        self.form = ParamsForm(step.params, given, "all")
        self.form.changed.connect(self._on_changed)
        self._area.setWidget(self.form)
        self.try_button.setVisible(step.slow)
        self.card.hide()
        self._on_changed()

    def _on_changed(self) -> None:
        self._let_go()
        self.effect = None
        self.notice.clear()
        if self.step.slow:
            words = self.tr("This step looks at every word: “Try it” shows what it would do.")
            self.card.wait(words)
        else:
            self._timer.start()

    # ---- trying it ----
    def try_it(self) -> None:
        """In the background, over rows that never change."""
        self._let_go()
        if self.form.problems():
            return
        rows, key, values = self._facts.current, self.key, self.values

        def work(cancel: Cancel) -> Effect:
            def tell(share: float) -> None:
                cancel.check()
                cancel.report(share)

            return foresee(rows, key, values, _LINES, tell)

        self.meter.setVisible(self.step.slow)
        self.meter.set(0.02, "")
        self._task = run(self, work, self._on_effect, self._on_failed, self._on_advanced)

    def _on_advanced(self, share: float) -> None:
        self.meter.set(share, f"{share:.0%}")

    def _on_effect(self, effect: Effect) -> None:
        self._task, self.effect = None, effect
        self.meter.hide()
        self.card.show_effect(self.step.title, effect)

    def _on_failed(self, error: StudioError) -> None:
        self._task = None
        self.meter.hide()
        self.card.hide()
        self.notice.show_error(error)

    def _let_go(self) -> None:
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.meter.hide()

    def _on_add(self) -> None:
        if not self.form.problems():
            self.accept()

    def done(self, result: int) -> None:
        self._let_go()
        super().done(result)
