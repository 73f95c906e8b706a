"""Judging from choosing the rows to using what was said: two pages and the slow calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ftstudio.adapters.learned import learned_from
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.units import plural
from ftstudio.data.acting import kind_of
from ftstudio.data.annotation.finishing import Made, finish
from ftstudio.data.annotation.items import Item, check_items, items_of, rows_of
from ftstudio.data.annotation.log import JudgementLog, judged_by
from ftstudio.data.annotation.sitting import Sitting
from ftstudio.data.annotation.task import TITLES, JudgingTask, list_tasks
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.judged import kind_after
from ftstudio.data.versions.library import DatasetVersion, list_versions
from ftstudio.jobs.history import list_runs
from ftstudio.ui.bridge.background import Cancel, run
from ftstudio.ui.dataset.annotate.choose_page import ChoosePage, Chosen, Round
from ftstudio.ui.dataset.annotate.judge_page import JudgePage
from ftstudio.ui.dataset.few_notice import offer_going_on
from ftstudio.ui.studio import Studio


@dataclass(frozen=True)
class _Open:
    task: JudgingTask
    items: list[Item]
    kind: ExampleKind
    who: str
    log: JudgementLog


class AnnotatePlace(QWidget):
    closed = Signal()
    draft_made = Signal(object, str)  # Draft, what was made in words
    version_made = Signal(object, str)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._open: _Open | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        column.addWidget(self._stack)
        self.choose_page, self.judge_page = ChoosePage(), JudgePage()
        self._stack.addWidget(self.choose_page)
        self._stack.addWidget(self.judge_page)
        self.choose_page.left.connect(self.closed)
        self.choose_page.begun.connect(self._on_begun)
        self.judge_page.left.connect(self._on_left)
        self.judge_page.use_wanted.connect(self._on_use)
        self.judge_page.settle_wanted.connect(self._on_settle)

    def open(self, source_id: str = "") -> None:
        """Choose what is judged; `source_id`: a draft or a version that is proposed."""
        workspace = self._studio.workspace
        self._stack.setCurrentWidget(self.choose_page)

        def work(
            cancel: Cancel,
        ) -> tuple[list[DatasetVersion], list[Draft], list[Round]]:
            rounds = [
                Round(task, judged_by(task.log_path(workspace))) for task in list_tasks(workspace)
            ]
            return list_versions(workspace), list_drafts(workspace), rounds

        def done(found: tuple[list[DatasetVersion], list[Draft], list[Round]]) -> None:
            self.choose_page.show_things(*found, source_id, self._studio.settings.annotator)
            ids = [version.id for version in found[0]]
            run(self, lambda cancel: learned_from(workspace, ids), self.choose_page.show_learners,
                self.choose_page.notice.show_error)  # fmt: skip

        def written(cancel: Cancel) -> list[tuple[str, Path]]:
            found = [(row.name, row.folder.events) for row in list_runs(workspace)]
            return [(name, path) for name, path in found if path.is_file()]

        run(self, work, done, self.choose_page.notice.show_error)
        run(self, written, self.choose_page.show_runs, self.choose_page.notice.show_error)

    # ---- beginning ----
    def _on_begun(self, chosen: object) -> None:
        assert isinstance(chosen, Chosen)
        self._studio.remember(annotator=chosen.who)
        workspace, task = self._studio.workspace, chosen.task
        self.choose_page.set_busy(True)

        def work(cancel: Cancel) -> _Open:
            rows = rows_of(workspace, task)
            answers = chosen.match(rows) if chosen.match else task.answers(workspace)
            kind = kind_of(rows)
            items = items_of(rows, task.judging, answers)
            check_items(items, task.judging, kind)
            if chosen.fresh:
                task.save(workspace)
                if answers:
                    task.save_answers(workspace, answers)
            return _Open(task, items, kind, chosen.who, JudgementLog(task.log_path(workspace)))

        run(self, work, self._begin, self.choose_page.notice.show_error,
            ended=self._on_not_busy)  # fmt: skip

    def _on_not_busy(self) -> None:
        self.choose_page.set_busy(False)

    def _begin(self, opened: _Open, settling: bool = False) -> None:
        self._open = opened
        task = opened.task
        if settling:
            task = task.model_copy(update={"order": "disagreements"})
        sitting = Sitting(task, opened.items, opened.log, opened.who)
        self._stack.setCurrentWidget(self.judge_page)
        title = self.tr("Settle what differs") if settling else self._title(task)
        self.judge_page.open(sitting, title, task.name, self._use_words(opened))
        if opened.log.damaged and not settling:
            one = self.tr("One judgement was cut off, as by a power cut.")
            many = self.tr("{n} lines of the judgements can’t be read.")
            more = plural(opened.log.damaged, self.tr("It is passed over; judge its row again."),
                          self.tr("They are passed over; judge their rows again."))  # fmt: skip
            self.judge_page.notice.show_warning(plural(opened.log.damaged, one, many), more)

    def _title(self, task: JudgingTask) -> str:
        return TITLES[task.judging]

    def _use_words(self, opened: _Open) -> str:
        becomes = kind_after(opened.task.judging, opened.kind)
        if opened.task.source == "version":
            return self.tr("Make a new version")
        if becomes != opened.kind:
            return self.tr("Make a new draft")
        return self.tr("Use in the draft")

    def _on_settle(self, settling: bool) -> None:
        if self._open is not None:
            self._begin(self._open, settling)

    # ---- using ----
    def _on_use(self, few: bool = False) -> None:
        """`few`: go on with the rows there are to check with, however few."""
        if self._open is None:
            return
        workspace, opened = self._studio.workspace, self._open
        self.judge_page.use.setEnabled(False)

        def work(cancel: Cancel) -> Made:
            return finish(workspace, opened.task, opened.log, few=few)

        run(self, work, self._on_made, self._on_failed, ended=self._on_used)

    def _on_failed(self, error: StudioError) -> None:
        notice = self.judge_page.notice
        if not offer_going_on(notice, error, partial(self._on_use, few=True)):
            notice.show_error(error)

    def _on_used(self) -> None:
        self.judge_page.use.setEnabled(True)

    def _on_made(self, made: Made) -> None:
        if made.draft is not None:
            self.draft_made.emit(made.draft, made.sentence)
        elif made.version is not None:
            self.version_made.emit(made.version, made.sentence)

    def _on_left(self) -> None:
        """All is saved; the round is among those to go on with."""
        opened, self._open = self._open, None
        self.open(opened.task.source_id if opened is not None else "")
