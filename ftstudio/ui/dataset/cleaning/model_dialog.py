"""A step that a model of the person's own helps with: choose it, let it read, look, then add."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.units import format_count, plural
from ftstudio.data import meant, named
from ftstudio.data.drafting.foreseen import Effect, foresee
from ftstudio.data.finding.found import NAMED
from ftstudio.data.finding.pseudonyms import Pseudonyms, keep
from ftstudio.data.step import Row, Step, steps
from ftstudio.data.watched import Watched
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.cleaning.effect_card import EffectCard
from ftstudio.ui.dataset.cleaning.found_rows import Found, FoundRowsView, read_meant
from ftstudio.ui.dataset.cleaning.model_box import ModelBox, Reads
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.text import text

_SHOWN = 4  # rows before and after
_PAUSE = 250  # milliseconds after the last key before what follows is shown anew


class ModelDialog(QDialog):
    """Accepted, `key` and `values` say what to do. `fixed`: a step that is there already."""

    key = ""
    reads: Reads

    def __init__(
        self, rows: Sequence[Row], studio: Studio, fixed: dict[str, Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._rows, self._fixed = rows, fixed
        self._task: Task[Any] | None = None
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
        self.box = ModelBox(self.reads, studio)
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
        column.addWidget(text(self.promise(), "muted", wrap=True))
        return column

    # ---- each model's own ----
    def promise(self) -> str:
        """What is found by it, in a sentence."""
        raise NotImplementedError

    def payload(self) -> dict[str, Any]:
        """What its job is told beside the model."""
        return {}

    def hand_over(self, rows: Sequence[Row], values: dict[str, Any], folder: JobFolder) -> None:
        """Put the rows into the job's folder; called outside of the window's thread."""
        raise NotImplementedError

    def study(self, rows: Sequence[Row], values: dict[str, Any]) -> Any:
        """What is shown of its word; called outside of the window's thread. `rows` may stop it."""
        raise NotImplementedError

    def show_seen(self, seen: Any) -> None:
        raise NotImplementedError

    def missing(self) -> str:
        """Why the step can't be added yet; empty where it can."""
        return ""

    def foot_buttons(self) -> list[QPushButton]:
        return []

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
        for made in self.foot_buttons():
            foot.addWidget(made)
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
        self.box.begin(self.payload(), lambda folder: self.hand_over(rows, values, folder))

    def _on_read(self, told: object) -> None:
        assert isinstance(told, dict)
        self._cut = int(told.get("cut", 0))
        self.form.set_values(told["params"])
        self._show_state()
        self.look()

    # ---- showing it ----
    def _on_changed(self) -> None:
        self._show_state()
        self._timer.start()

    def _show_state(self) -> None:
        missing = self.missing()
        self.add_button.setEnabled(not missing and not self.box.at_work)
        self.hint.setText("" if self.box.at_work else missing)

    def look(self) -> None:
        """What the model found, beside the settings as they are; rows never change meanwhile."""
        self._let_go()
        if not self.values.get("read") or self.form.problems():
            return
        rows, values = self._rows, self.values

        def work(cancel: Cancel) -> Any:
            return self.study(Watched(rows, lambda share: cancel.check()), values)

        def done(seen: Any) -> None:
            self._task = None
            self.show_seen(seen)

        self._task = run(self, work, done, self.notice.show_error)

    def _say(self, *parts: str) -> None:
        self.said.setText(" ".join(filter(None, parts)))
        self.said.show()

    def _put(self, fresh: QWidget) -> None:
        """In the place of what was shown of the model's word before."""
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

    def _on_add(self) -> None:
        if not self.form.problems():
            self.accept()

    def done(self, result: int) -> None:
        self._timer.stop()
        self._let_go()
        self.box.leave()
        super().done(result)


class MeaningDialog(ModelDialog):
    key = "mark_same_meaning"
    reads = "meaning"

    def promise(self) -> str:
        return self.tr(
            "A model of yours finds rows that say the same in other words. They stay on one side "
            "of the split; what it finds becomes part of the recipe."
        )

    def payload(self) -> dict[str, Any]:
        return {name: self.values[name] for name in ("threshold", "part")}

    def hand_over(self, rows: Sequence[Row], values: dict[str, Any], folder: JobFolder) -> None:
        meant.hand_over(rows, values["part"], folder.path / meant.TEXTS_FILE)

    def study(self, rows: Sequence[Row], values: dict[str, Any]) -> tuple[Found, str]:
        remark = self.step.apply(rows, self.step.params(**values)).remark
        return read_meant(rows, values), remark

    def show_seen(self, seen: tuple[Found, str]) -> None:
        found, remark = seen
        rows = sum(len(group) for group in found.groups)
        groups = plural(found.total, self.tr("1 group"), self.tr("{n} groups"))
        said = plural(rows, self.tr("1 row means the same as another one, in {groups}."),
                       self.tr("{n} rows mean the same as another one, in {groups}."),
                       groups=groups)  # fmt: skip
        if not rows:
            said = self.tr("No two rows are so much alike in meaning.")
        cut = plural(self._cut, self.tr("Of 1 row only the beginning was read: it is longer than "
                                         "the model takes."),
                      self.tr("Of {n} rows only the beginning was read: they are longer than the "
                              "model takes."))  # fmt: skip
        self._say(said, remark, cut if self._cut else "")
        self._put(FoundRowsView(found) if found.groups else QWidget())

    def missing(self) -> str:
        if self.values.get("read"):
            return ""
        if self.box.model is None:
            return self.tr("Choose a model to go on")
        return self.tr("Let the model read the rows to go on")


class NamesDialog(ModelDialog):
    key = "hide_personal"
    reads = "names"

    def promise(self) -> str:
        return self.tr(
            "Numbers, e-mail addresses and keys are found by their forms; names and postal "
            "addresses only by a model of yours. All become stand-ins, the same thing the same one."
        )

    def hand_over(self, rows: Sequence[Row], values: dict[str, Any], folder: JobFolder) -> None:
        named.hand_over(rows, folder.path / named.STRINGS_FILE)

    def foot_buttons(self) -> list[QPushButton]:
        self.keep_button = button(self.tr("Save the list …"), "secondary", "save")
        self.keep_button.setToolTip(
            self.tr("What each stand-in stands for. Keep it where nobody else can read it.")
        )
        self.keep_button.clicked.connect(self.keep_list)
        return [self.keep_button]

    def keep_list(self) -> None:
        """What each stand-in stands for, in a file of the person's own."""
        if self.form.problems():
            return
        words = self.tr("Save what each stand-in stands for")
        chosen, _ = QFileDialog.getSaveFileName(self, words, "stand-ins.json", "JSON (*.json)")
        if not chosen:
            return
        path, step, rows, values = Path(chosen), self.step, self._rows, self.values

        def work(cancel: Cancel) -> tuple[int, Path]:
            assert step.aside is not None
            watched = Watched(rows, lambda share: cancel.check())
            names: Pseudonyms = step.aside(watched, step.params(**values))
            return len(names), keep(names, path)

        def done(kept: tuple[int, Path]) -> None:
            count, place = kept
            one = self.tr("1 stand-in lies in {file}, which only you can read.")
            many = self.tr("{n} stand-ins lie in {file}, which only you can read.")
            said = plural(count, one, many, file=place.name)
            if place != path:
                said += " " + self.tr("The list that was there before stays as it is.")
            self.notice.show_info(said)

        run(self, work, done, self.notice.show_error)

    def study(
        self, rows: Sequence[Row], values: dict[str, Any]
    ) -> tuple[Counter[str], int, str, Effect]:
        spans = named.read_back(values["spans"])
        counts = Counter(one.kind for own in spans.values() for some in own.values()
                         for one in some)  # fmt: skip
        found = set(spans)
        some = [row for row in rows if row.key in found][:_SHOWN] or list(rows[:_SHOWN])
        outcome = self.step.apply(rows, self.step.params(**values))
        effect = replace(
            foresee(some, self.key, values, _SHOWN), rows_in=len(rows),
            changed=len(outcome.changed), removed=len(outcome.removed),
        )  # fmt: skip
        return counts, len(found), outcome.remark, effect

    def show_seen(self, seen: tuple[Counter[str], int, str, Effect]) -> None:
        counts, rows, remark, effect = seen
        listed = ", ".join(f"{format_count(counts[kind])} {words[counts[kind] > 1]}"
                           for kind, words in NAMED.items() if counts[kind])  # fmt: skip
        said = plural(rows, self.tr("The model found {what} in 1 row."),
                       self.tr("The model found {what} in {n} rows."), what=listed)  # fmt: skip
        self._say(said if listed else self.tr("The model found no names."), remark)
        card = EffectCard(_SHOWN)
        card.show_effect(self.step.title, effect)
        self._put(card)


MODEL_STEPS: dict[str, type[ModelDialog]] = {one.key: one for one in (MeaningDialog, NamesDialog)}
