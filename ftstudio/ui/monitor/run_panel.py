"""One run, live or long over: the same view from the same folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.plan import Plan
from ftstudio.core.safeguard import GENERAL
from ftstudio.gpu.usage import Usage
from ftstudio.jobs import launch, trash
from ftstudio.jobs.easing import eased
from ftstudio.jobs.folder import JobFolder, JobSpec
from ftstudio.planning.peak import peak_of
from ftstudio.techniques import objectives
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.monitor.confusion_card import ConfusionCard
from ftstudio.ui.monitor.diagnostics import diagnostics
from ftstudio.ui.monitor.failure_card import FailureCard
from ftstudio.ui.monitor.going_on import go_on, refuse_beside_another
from ftstudio.ui.monitor.log_card import LogCard, tail
from ftstudio.ui.monitor.loss_card import LossCard
from ftstudio.ui.monitor.measures_row import MeasuresRow
from ftstudio.ui.monitor.memory_meter import MemoryMeter
from ftstudio.ui.monitor.metric_tiles import MetricTiles
from ftstudio.ui.monitor.notices_card import NoticesCard, closer
from ftstudio.ui.monitor.path_strip import PathStrip
from ftstudio.ui.monitor.progress_card import ProgressCard
from ftstudio.ui.monitor.run_feed import RunFeed
from ftstudio.ui.monitor.run_header import RunHeader
from ftstudio.ui.monitor.sample_answers import SampleAnswersCard
from ftstudio.ui.monitor.settings_used import SettingsUsedCard
from ftstudio.ui.monitor.stop_card import StopCard
from ftstudio.ui.monitor.trouble import TroublePanel
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.command_card import CommandCard
from ftstudio.ui.widgets.flow_content import FlowContent
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import SCROLL_ROOM, PageArea

_PATIENCE_MS = 30_000  # a worker that was asked to end and has not: offer to end it
_NARROW = 860


class RunPanel(QWidget):
    go = Signal(str, object)
    back_asked = Signal()
    stage_chosen = Signal(str)  # another run of the same path
    deleted = Signal(str, object)  # the run's name, and a call that undoes it

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.folder: JobFolder | None = None
        self._spec: JobSpec | None = None
        self._asked = ""  # what the worker was told and has not done yet
        self._waking = False  # a worker is being started, only to be stopped
        self._going_on = self.tr("It goes on from the last saved version.")
        self._left = 0.0  # the newest event when it was told to go on
        self.feed = RunFeed(self)
        self._meter = MemoryMeter(self)
        self._usage: Usage | None = None
        self._build_parts()
        self._lay_out()
        self._wire()
        self._impatience = QTimer(self)
        self._impatience.setSingleShot(True)
        self._impatience.setInterval(_PATIENCE_MS)
        self._impatience.timeout.connect(self._on_no_answer)

    def _build_parts(self) -> None:
        self.header = RunHeader()
        self.notice = NoticeBar()
        self.failure = FailureCard()
        self.trouble = TroublePanel(self._studio)
        self.stop_card = StopCard()
        self.command = CommandCard()
        self.progress = ProgressCard()
        self.tiles = MetricTiles()
        self.loss = LossCard()
        self.measures = MeasuresRow()
        self.confusion = ConfusionCard()
        self.path = PathStrip()
        self.notices = NoticesCard()
        self.samples = SampleAnswersCard()
        self.settings = SettingsUsedCard()
        self.log = LogCard()

    def _lay_out(self) -> None:
        self._content = FlowContent()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(32, 4, 32 - SCROLL_ROOM, 28)
        column.setSpacing(16)
        for part in (
            self.path, self.stop_card, self.command, self.failure, self.trouble, self.notices,
            self.progress, self.tiles, self.measures, self.loss, self.confusion,
            self.samples, self.settings, self.log,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = PageArea(self._content)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QVBoxLayout()
        top.setContentsMargins(32, 28, 32, 0)
        top.setSpacing(14)
        top.addWidget(self.header)
        top.addWidget(self.notice)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(12)
        page.addLayout(top)
        page.addWidget(self._scroll, 1)
        page.addWidget(self.trouble.options.foot)

    def _wire(self) -> None:
        self.feed.data_arrived.connect(self.loss.plot.redraw_soon)
        self.feed.changed.connect(self._on_changed)
        self.feed.revived.connect(self._attach)
        self._meter.measured.connect(self._on_measured)
        self.header.back_asked.connect(self.back_asked)
        self.header.pause_asked.connect(self._on_pause)
        self.header.resume_asked.connect(self._on_resume)
        self.header.stop_asked.connect(self._on_stop)
        self.header.try_asked.connect(self._on_try)
        self.header.again_asked.connect(self._on_again)
        self.header.folder_asked.connect(self._on_open_folder)
        self.header.command_asked.connect(self._on_show_command)
        self.header.diagnostics_asked.connect(self._on_diagnostics)
        self.header.delete_asked.connect(self._on_delete)
        self.failure.resume_asked.connect(self._on_resume)
        self.failure.diagnostics_asked.connect(self._on_diagnostics)
        self.failure.log_asked.connect(self._on_show_log)
        self.failure.again_asked.connect(self._on_again)
        self.trouble.go_on.connect(self._on_resume)
        self.trouble.start_anew.connect(self._on_again)
        self.trouble.looked.connect(self._on_changed)
        self.stop_card.stop_asked.connect(self._on_stop_chosen)
        self.notices.closer_asked.connect(self._on_closer)
        self.path.stage_chosen.connect(self.stage_chosen)
        self.loss.saved.connect(self._on_saved)
        self.loss.failed.connect(self.notice.show_error)

    # -- which run ----------------------------------------------------------

    def show_folder(self, folder: JobFolder) -> None:
        """Show a run from its first event on. Showing it again starts over and ends the same."""
        self.folder = folder
        self._asked, self._waking = "", False
        self._impatience.stop()
        for part in (self.notice, self.samples, self.confusion, self.notices):
            part.clear()
        self.stop_card.hide()
        self.command.hide()
        self.log.show_folder(folder)
        self._scroll.verticalScrollBar().setValue(0)
        try:
            self._spec = folder.spec()
        except StudioError as error:
            self._spec = None
            self.notice.show_error(error)
        self.settings.show_plan(self._plan(), self.feed.record.status)
        self.path.show_run(self._studio.workspace, self._spec)
        self._attach()

    def _attach(self) -> None:
        assert self.folder is not None
        self.feed.watch(self.folder)
        self.loss.run_name = self.folder.id
        self.loss.plot.show_series(self.feed.record.series, 0)
        plan = self._plan()
        goal = objectives().get(plan.objective) if plan else None
        protected = (GENERAL,) if plan and plan.safeguards else ()
        self.measures.show_measures((*(goal.measures if goal else ()), *protected))
        if goal is not None:
            self.feed.record.judge = goal.judge
        self._renew()

    def close_run(self) -> None:
        """Let go of the folder; the run itself goes on."""
        self.feed.close()
        self._meter.stop()
        self.path.let_go()
        self.folder = None

    def _plan(self) -> Plan | None:
        if self._spec is None:
            return None
        try:
            plan = Plan.model_validate(self._spec.payload)
            return plan if self.folder is None else eased(self.folder, plan)
        except (ValidationError, StudioError):
            return None

    # -- what is shown ------------------------------------------------------

    def _on_changed(self) -> None:
        if self.isVisible():
            self._renew()

    def _renew(self) -> None:
        record, plan = self.feed.record, self._plan()
        goal = objectives().get(plan.objective) if plan else None
        status = record.status
        over = status.is_over and not self._waking
        if over or (self._asked == "resume" and status.state == "running"):
            self._asked = ""
            self._impatience.stop()
        name = self._spec.name if self._spec else (self.folder.id if self.folder else "")
        if over and status.changed > self._left and self.notice.message() == self._going_on:
            self.notice.clear()  # it has ended again since
        begun = self.folder is not None and self.folder.lock.exists()  # no event of it yet
        starting = begun and status.state == "waiting"
        self.header.show_run(self._spec, status, name, self._asked, starting)
        if status.total_steps != self.loss.plot.total_steps:
            self.loss.plot.set_total_steps(status.total_steps)
        self.failure.show_status(status, plan)
        self.trouble.show_run(self.folder, plan, record)
        self.failure.leave_to(self.trouble.helps)
        judgement = record.judgement()
        self.progress.show_record(record, judgement, goal.key if goal else "", starting)
        self.tiles.show_record(record, judgement, goal.measures if goal else ())
        self._show_memory()
        nothing = status.is_over and not len(record.series) and not record.series.validation
        for part in (self.tiles, self.loss, self.samples):
            part.setVisible(not nothing)  # ended before anything was measured
        self.measures.show_record(record)
        self.confusion.show_status(status, plan.dataset.path if plan else "")
        self.notices.show_status(status, goal.wants_rewards if goal else False)
        self.samples.show_samples(record.samples)
        peak = peak_of(self.folder, status) if self.folder is not None else None
        self.settings.show_plan(plan, status, peak)
        self._measure(status.state == "running")
        if status.state != "running" and not status.can_resume:
            self.stop_card.hide()

    def _measure(self, running: bool) -> None:
        if running and self.isVisible():
            self._meter.start()
        else:
            self._meter.stop()

    def _show_memory(self) -> None:
        status = self.feed.record.status
        live = status.state == "running"
        peak = peak_of(self.folder, status) if self.folder is not None else None
        if peak is not None:
            self.tiles.show_measured(peak)
        elif status.device == "cuda":
            title = self.tr("Graphics memory")
            if live and self._usage:
                self.tiles.show_memory(title, self._usage.used, self._usage.total)
            else:
                self.tiles.show_memory(title, status.gpu_bytes, 0)
        else:
            total = self._meter.computer_total if live else 0
            self.tiles.show_memory(self.tr("Memory"), status.ram_bytes, total)

    def _on_measured(self, usage: Usage | None) -> None:
        self._usage = usage
        self._show_memory()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.set_narrow(self.width() < _NARROW)
        self.measures.set_narrow(self.width() < _NARROW)
        self.trouble.set_narrow(self.width() < _NARROW)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.folder is not None:
            self._renew()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._meter.stop()

    # -- what can be done ---------------------------------------------------

    def _in_background(self, work: Callable[[Cancel], Any], done: Callable[[Any], None]) -> None:
        background.run(self, work, done, self.notice.show_error)

    def _on_pause(self) -> None:
        self._tell("pause", keep=True)

    def _on_stop(self) -> None:
        self.stop_card.ask(self.feed.record.status)
        self._scroll.verticalScrollBar().setValue(0)

    def _on_stop_chosen(self, keep: bool) -> None:
        if self.feed.record.status.state == "running":
            self._tell("stop", keep)
        else:
            self._wake_to_stop(keep)

    def _wake_to_stop(self, keep: bool) -> None:
        """A paused run has no worker that could hear: one is started, makes the output, ends."""
        folder, workspace = self.folder, self._studio.workspace
        if folder is None:
            return
        self._asked, self._waking = "stop", True
        self._allow_going_on(False)
        self._renew()

        def work(cancel: Cancel) -> None:
            refuse_beside_another(workspace, folder)
            launch.wake_to_stop(folder, keep)

        background.run(self, work, self._on_told, self._on_not_resumed, ended=self._on_woken)

    def _on_told(self, result: None) -> None:
        self._attach()

    def _on_woken(self) -> None:
        self._waking = False
        self._allow_going_on(True)

    def _tell(self, what: str, keep: bool) -> None:
        folder = self.folder
        if folder is None:
            return
        self._asked = what
        self._impatience.start()
        self._renew()

        def work(cancel: Cancel) -> None:
            if what == "pause":
                launch.pause(folder)
            else:
                launch.stop(folder, keep)

        self._in_background(work, _nothing)

    def _on_no_answer(self) -> None:
        self.notice.show_warning(
            self.tr("The run has not ended yet."),
            self.tr("It finishes the step it is in, and saves. Ending it now loses what came "
                    "after the last saved version."),
            self.tr("End it now"), self._on_kill,
        )  # fmt: skip

    def _on_kill(self) -> None:
        folder = self.folder
        if folder is not None:
            self._in_background(lambda cancel: launch.kill(folder), _nothing)

    def _on_resume(self, changes: object = None) -> None:
        """`changes`: with less a step, from the last version on."""
        folder = self.folder
        if folder is None:
            return
        self._asked = "resume"
        self._allow_going_on(False)
        workspace, less = self._studio.workspace, changes if isinstance(changes, dict) else None
        background.run(
            self, lambda cancel: go_on(workspace, folder, less), self._on_resumed,
            self._on_not_resumed,
        )  # fmt: skip

    def _on_resumed(self, pid: int) -> None:
        self._allow_going_on(True)
        self._left = self.feed.record.status.changed
        self.notice.show_info(self._going_on)
        self._attach()

    def _on_not_resumed(self, error: StudioError) -> None:
        self._allow_going_on(True)
        self._asked = ""
        self._renew()
        self.notice.show_error(error)

    def _allow_going_on(self, on: bool) -> None:
        self.header.resume.setEnabled(on)
        self.failure.resume.setEnabled(on)
        self.trouble.enable(on)

    def _on_try(self) -> None:
        plan = self._plan()
        goal = objectives().get(plan.objective) if plan else None
        place = "play" if goal is None or goal.answers else "adapters"
        self.go.emit(place, self.feed.record.status.shelf_id or None)

    def _on_again(self, changes: object = None) -> None:
        if self.folder is not None:
            changed = {"changes": changes} if changes else {}
            self.go.emit("train", {"from_run": self.folder.id, **changed})

    def _on_closer(self) -> None:
        plan = self._plan()
        if self.folder is not None and plan is not None:
            changes = {"objective_params": {"kl_weight": closer(plan)}}
            self._on_again(changes)

    def _on_open_folder(self) -> None:
        if self.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.folder.path)))

    def _on_show_command(self) -> None:
        if self.folder is not None:
            self.command.show_command(["ftstudio", "train", str(self.folder.path)])
            self._scroll.verticalScrollBar().setValue(0)

    def _on_show_log(self) -> None:
        self.log.open_log()
        self._scroll.ensureWidgetVisible(self.log)

    def _on_diagnostics(self) -> None:
        folder = self.folder
        if folder is None:
            return
        spec, status = self._spec, self.feed.record.status
        self._in_background(
            lambda cancel: diagnostics(spec, status, tail(folder)), self._on_diagnostics_made
        )

    def _on_diagnostics_made(self, words: str) -> None:
        QGuiApplication.clipboard().setText(words)
        self.command.show_text(
            self.tr("Copied. This is what was copied; paths and names are left out."), words
        )
        self._scroll.verticalScrollBar().setValue(0)

    def _on_saved(self, path: str) -> None:
        self.notice.show_info(self.tr("Saved: {path}").format(path=path))

    def _on_delete(self) -> None:
        folder, workspace = self.folder, self._studio.workspace
        if folder is None:
            return
        self.feed.close()
        self._in_background(lambda cancel: trash.delete(workspace, folder), self._on_deleted)

    def _on_deleted(self, token: str) -> None:
        workspace = self._studio.workspace
        name = self.header.title()
        self.close_run()
        self.deleted.emit(name, lambda: trash.restore(workspace, token))


def _nothing(result: object) -> None:
    """Success shows itself in the events."""
