"""A step that a model of the person's own helps with: choose it, let it read, look, then add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data import meant
from ftstudio.data.meant import TEXTS_FILE
from ftstudio.data.step import Row, Step, steps
from ftstudio.data.steps.mark_same_meaning import MeaningParams
from ftstudio.data.watched import Watched
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.found_rows import Found, FoundRowsView, read_meant
from ftstudio.ui.dataset.model_box import ModelBox, Reads
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.text import text

MODEL_STEPS: dict[str, Reads] = {"mark_same_meaning": "meaning"}
_PAUSE = 250  # milliseconds after the last key before the groups are shown anew


class ModelDialog(QDialog):
    """Accepted, `key` and `values` say what to do. `fixed`: a step that is there already."""

    def __init__(
        self, rows: Sequence[Row], studio: Studio, key: str,
        fixed: dict[str, Any] | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.key, self._rows, self._fixed = key, rows, fixed
        self._task: Task[tuple[Found, str]] | None = None
        self._cut = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.look)
        self.setWindowTitle(self.step.title)
        self.resize(820, 680)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(self._make_head())
        self.box = ModelBox(MODEL_STEPS[key], studio)
        self.box.wanted.connect(self.let_read)
        self.box.read.connect(self._on_read)
        self.box.changed.connect(self._show_state)
        column.addWidget(self.box)
        self.notice = NoticeBar()
        self.box.failed.connect(self.notice.show_error)
        column.addWidget(self.notice)
        self.said = text("", "muted", wrap=True)
        self.said.hide()
        column.addWidget(self.said)
        self.form = ParamsForm(self.step.params, fixed, "all")
        self.form.changed.connect(self._on_changed)
        area: PageArea = PageArea(self._make_inside())
        area.setFrameShape(QFrame.Shape.NoFrame)
        column.addWidget(area, 1)
        column.addLayout(self._make_foot())
        self._show_state()
        self.look()

    @property
    def step(self) -> Step:
        return steps()[self.key]

    @property
    def values(self) -> dict[str, Any]:
        return self.form.values()

    # ---- building it ----
    def _make_head(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text(self.step.title, "display"))
        head.addWidget(text(self.step.term, "faint"))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(text(self._promise(), "muted", wrap=True))
        return column

    def _promise(self) -> str:
        return self.tr(
            "A model of yours finds rows that say the same in other words. They stay on one side "
            "of the split; what it finds becomes part of the recipe."
        )

    def _make_inside(self) -> QWidget:
        inside = QWidget()
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(16)
        self._groups: QWidget = QWidget()
        self._inside.addWidget(self._groups)
        self._inside.addWidget(self.form)
        self._inside.addStretch(1)
        return inside

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.hint = text("", "muted", wrap=True)
        self.cancel_button = button(self.tr("Cancel"), "ghost")
        self.cancel_button.clicked.connect(self.reject)
        words = self.tr("Add it") if self._fixed is None else self.tr("Keep these settings")
        self.add_button = button(words, "primary")
        self.add_button.setDefault(True)
        self.add_button.clicked.connect(self._on_add)
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.add_button)
        return foot

    # ---- letting it read ----
    def let_read(self) -> None:
        if self.form.problems():
            return
        self.notice.clear()
        rows, values = self._rows, self.values
        payload = {"threshold": values["threshold"], "part": values["part"]}
        part = values["part"]

        def furnish(folder: JobFolder) -> None:
            meant.hand_over(rows, part, folder.path / TEXTS_FILE)

        self.box.begin(payload, furnish)

    def _on_read(self, told: object) -> None:
        assert isinstance(told, dict)
        self._cut = int(told["cut"])
        self.form.set_values(told["params"])
        self._show_state()
        self.look()

    # ---- showing it ----
    def _on_changed(self) -> None:
        self._show_state()
        self._timer.start()

    def _show_state(self) -> None:
        """Without a model's word there is nothing to add."""
        compared = bool(self.values.get("read"))
        self.add_button.setEnabled(compared and not self.box.at_work)
        missing = self.tr("Let the model read the rows to go on")
        if self.box.model is None:
            missing = self.tr("Choose a model to go on")
        self.hint.setText("" if compared or self.box.at_work else missing)

    def look(self) -> None:
        """What the model found, beside the settings as they are; rows never change meanwhile."""
        self._let_go()
        if not self.values.get("read") or self.form.problems():
            return
        rows, values = self._rows, self.values

        def work(cancel: Cancel) -> tuple[Found, str]:
            params = MeaningParams(**values)
            watched = Watched(rows, lambda share: cancel.check())
            return read_meant(watched, params), steps()[self.key].apply(watched, params).remark

        self._task = run(self, work, self._on_looked, self.notice.show_error)

    def _on_looked(self, seen: tuple[Found, str]) -> None:
        (found, remark), self._task = seen, None
        rows = sum(len(group) for group in found.groups)
        words = self.tr("{rows} rows mean the same as another one, in {groups} groups.")
        said = words.format(rows=format_count(rows), groups=format_count(found.total))
        if not rows:
            said = self.tr("No two rows are so much alike in meaning.")
        self.said.setText(" ".join(filter(None, (said, remark, self._cut_words()))))
        self.said.show()
        fresh: QWidget = FoundRowsView(found) if found.groups else QWidget()
        self._inside.replaceWidget(self._groups, fresh)
        self._groups.hide()
        self._groups.deleteLater()
        self._groups = fresh

    def groups_view(self) -> FoundRowsView | None:
        """The groups as they are shown now."""
        return self._groups if isinstance(self._groups, FoundRowsView) else None

    def _let_go(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _cut_words(self) -> str:
        if not self._cut:
            return ""
        words = self.tr("Of {n} rows only the beginning was read: they are longer than the model "
                        "takes.")  # fmt: skip
        return words.format(n=format_count(self._cut))

    def _on_add(self) -> None:
        if not self.form.problems():
            self.accept()

    def done(self, result: int) -> None:
        self._timer.stop()
        self._let_go()
        self.box.leave()
        super().done(result)
