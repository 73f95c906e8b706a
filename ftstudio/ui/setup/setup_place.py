"""The place where a run is set up: six pages, of which those with nothing to ask are passed
over and can be gone back to. The last one starts the run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.jobs import launch, queue
from ftstudio.jobs.easing import eased
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.planning.measured import keep_estimate
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.path_setup import with_results
from ftstudio.planning.setup_draft import SetupDraft, discard
from ftstudio.ui.bridge import background
from ftstudio.ui.setup.choose_data import DataPage
from ftstudio.ui.setup.choose_goal import GoalPage
from ftstudio.ui.setup.choose_method import MethodPage
from ftstudio.ui.setup.choose_model import ModelPage
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.page import SetupPage
from ftstudio.ui.setup.path_making import PathMaking
from ftstudio.ui.setup.review import ReviewPage
from ftstudio.ui.setup.settings_page import SettingsPage
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.wizard_frame import MARGIN, WizardFrame

_WITH_FIGURES = ("method", "settings", "review")


class SetupPlace(QWidget):
    go = Signal(str, object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = SetupDesk(studio, self)
        self.path = PathMaking(self.desk, self)
        self.frame = WizardFrame(
            [
                self.tr("Data"), self.tr("Goal"), self.tr("Model"), self.tr("Method"),
                self.tr("Settings"), self.tr("Review"),
            ]
        )  # fmt: skip
        self.pages: list[SetupPage] = [
            DataPage(self.desk), GoalPage(self.desk), ModelPage(self.desk), MethodPage(self.desk),
            SettingsPage(self.desk), ReviewPage(self.desk, self.path),
        ]  # fmt: skip
        self.notice = NoticeBar()
        self.index = 0
        self._make_layout()
        self._wire()
        self._reached = 0
        self._trail: list[int] = []
        self._wanted = ""  # the page to open once the surroundings are known
        self._settled = False
        self._started = False

    def _make_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notice_room = QWidget()
        room = QVBoxLayout(self.notice_room)
        room.setContentsMargins(32, 16, 32, 0)
        room.addWidget(self.notice)
        self.notice_room.hide()
        column.addWidget(self.notice_room)
        column.addWidget(self.frame, 1)
        leave = button(self.tr("Save and leave"), "ghost")
        leave.clicked.connect(self._on_leave)
        self.frame.header_actions.addWidget(leave)

    def _wire(self) -> None:
        self.frame.back.connect(self._on_back)
        self.frame.primary.connect(self._on_primary)
        self.frame.secondary.connect(self._on_secondary)
        self.frame.step_chosen.connect(self._on_step)
        self.desk.changed.connect(self._on_changed)
        self.desk.failed.connect(self._on_failed)
        for page in self.pages:
            page.foot_changed.connect(self._on_foot_changed)
            page.forward.connect(self._on_forward)
            page.go_to.connect(self._on_go_to)
            page.leave.connect(self.go)
        self.desk.foresight.trial.failed.connect(self._on_failed)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self.desk.ways.undo)

    # ---- opening ----

    def open(self, payload: object = None) -> None:
        """None: where one left off. A dataset's id: a new set-up. {"from_run": id}: as that run,
        but for the answers in "changes"."""
        self._clear_notice()
        self._trail, self._settled, self._reached, self._started = [], False, 0, False
        self._wanted = ""
        if isinstance(payload, dict) and payload.get("from_run"):
            self._open_run(str(payload["from_run"]), payload.get("changes") or {})
        elif isinstance(payload, str) and payload:
            self.desk.open(SetupDraft(dataset=payload))
        else:
            draft = SetupDraft.load(self.desk.workspace) or SetupDraft()
            self._wanted = draft.page
            self.desk.open(draft)
        self._show(0)

    def _open_run(self, run_id: str, changes: Mapping[str, Any]) -> None:
        try:
            folder = JobFolder(self.desk.workspace.jobs / run_id)
            plan = eased(folder, Plan.model_validate(folder.spec().payload))
            plan = with_results(self.desk.workspace, plan)
        except (StudioError, ValueError) as error:
            self.desk.open(SetupDraft())
            self._on_failed(_not_a_run(error))
            return
        self._wanted = "review"
        self.desk.open(SetupDraft.from_plan(plan, run_id).changed(changes), plan)

    def _on_changed(self) -> None:
        if self.desk.ready and not self._settled:
            self._settled = True
            self._show(self._first_page())
        else:
            self.pages[self.index].refresh()

    def _first_page(self) -> int:
        """Where one left off, as far as everything before it is still answered; else the first
        page that has something to ask."""
        keys = [page.key for page in self.pages]
        wanted = keys.index(self._wanted) if self._wanted in keys else -1
        if wanted < 0:
            return self._next_asking(0)
        missing = (i for i in range(wanted) if keys[i] in ("data", "model")
                   and not self.pages[i].answered())  # fmt: skip
        return min(next(missing, wanted), wanted)

    def _next_asking(self, start: int) -> int:
        last = len(self.pages) - 1
        return next((i for i in range(start, last) if self.pages[i].asks()), last)

    # ---- moving ----

    def _show(self, index: int) -> None:
        self.index = index
        self._reached = max(self._reached, index)
        page = self.pages[index]
        page.fit_width(self._room())
        self.frame.set_page(page)
        self.frame.stepper.set_state(index, self._reached)
        page.refresh()
        self._look_ahead()
        if self._settled:
            self.desk.remember_page(page.key)

    def _look_ahead(self) -> None:
        """Memory is counted and watched where its figures are in view."""
        in_view = self.isVisible() and self.pages[self.index].key in _WITH_FIGURES
        self.desk.foresight.set_active(in_view)

    def _room(self) -> int:
        return self.width() - 2 * MARGIN

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pages[self.index].fit_width(self._room())

    def _on_foot_changed(self) -> None:
        page = self.pages[self.index]
        if self.sender() not in (page, None):
            return
        foot = page.foot()
        self.frame.set_header(page.title(), self._facts(page))
        self.frame.set_primary(foot.primary, foot.enabled and self.desk.ready, foot.missing)
        self.frame.set_secondary(foot.secondary)
        self.frame.set_hint(foot.hint)

    def _facts(self, page: SetupPage) -> str:
        facts = page.facts()
        if not self.desk.saved_at:
            return facts
        when = datetime.fromtimestamp(self.desk.saved_at).strftime("%H:%M")
        saved = self.tr("draft saved {time}").format(time=when)
        return f"{facts} · {saved}" if facts else saved

    def _on_forward(self) -> None:
        if self.index < len(self.pages) - 1:
            self._trail.append(self.index)
            self._show(self._next_asking(self.index + 1))
        else:
            self._start()

    def _on_primary(self) -> None:
        if self.pages[self.index].primary():
            self._on_forward()

    def _on_secondary(self) -> None:
        if self.index == len(self.pages) - 1:
            self.desk.foresight.trial.cancel()
            self._start(beside=True)
        else:
            self.pages[self.index].secondary()

    def _on_back(self) -> None:
        """To where one came from; from the first page seen, through those passed over."""
        if self._trail:
            self._show(self._trail.pop())
        elif self.index:
            self._show(self.index - 1)
        else:
            self._on_leave()

    def _on_step(self, index: int) -> None:
        self._trail.append(self.index)
        self._show(index)

    def _on_go_to(self, key: str) -> None:
        self._on_step(next(i for i, page in enumerate(self.pages) if page.key == key))

    def _on_leave(self) -> None:
        self.desk.save_now()
        self.go.emit("home", None)

    # ---- starting ----

    def _start(self, beside: bool = False) -> None:
        """`beside`: although another run is at work, as the person chose."""
        plan, path = self.desk.plan(), self.path.made
        if plan is None or self._started or (self.desk.draft.path and path is None):
            return
        self._started = True
        workspace, proposal = self.desk.workspace, self.desk.proposal
        memory = self.desk.foresight.foretold(proposal) if proposal is not None else None
        self.desk.foresight.set_active(False)  # what is being counted needs memory too
        self.frame.set_primary(self.tr("Starting…"), False)
        background.run(
            self,
            lambda cancel: (
                path.begin(workspace)
                if path is not None and self.desk.draft.path
                else _begin(plan, workspace, beside, memory)
            ),
            self._on_begun,
            self._on_not_begun,
        )

    def _on_begun(self, folder: JobFolder) -> None:
        self.desk.studio.remember(last_model=self.desk.draft.model)
        self.desk.forget()
        discard(self.desk.workspace)
        self.go.emit("runs", folder.id)

    def _on_not_begun(self, error: StudioError) -> None:
        self._started = False
        self._look_ahead()
        self.pages[self.index].refresh()
        self._on_failed(error)

    # ---- messages ----

    def _on_failed(self, error: StudioError) -> None:
        self.notice_room.show()
        self.notice.show_error(error)

    def _clear_notice(self) -> None:
        self.notice.clear()
        self.notice_room.hide()

    def shut_down(self) -> None:
        """The window closes. A download goes on by itself and is found again."""
        self.desk.save_if_due()
        self.desk.foresight.shut_down()
        for page in self.pages:
            page.shut_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_ahead()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another place is shown, or the window closes: nothing answered may be lost."""
        super().hideEvent(event)
        self.desk.save_if_due()
        self.desk.foresight.set_active(False)


def _begin(
    plan: Plan, workspace: Workspace, beside: bool, memory: MemoryEstimate | None
) -> JobFolder:
    try:
        wait = not beside and queue.any_running(workspace)  # now, not when the page was opened
        folder = create_job(
            workspace.jobs, "train", plan.name, plan.model_dump(mode="json"), workspace.root
        )
        if memory is not None:
            keep_estimate(folder, memory)
        if wait:
            queue.enqueue(workspace, folder)
        else:
            launch.start(folder)
    except OSError as error:
        raise StudioError(
            "The run could not be started.",
            f"The system says: {error.strerror or error}.",
            "Check that the workspace folder is writable and the disk is not full.",
            code="start_failed",
        ) from error
    return folder


def _not_a_run(error: Exception) -> StudioError:
    if isinstance(error, StudioError):
        return error
    return StudioError(
        "The settings of that run can't be read.",
        "They were written by another version of the app, or the file is damaged.",
        "Choose data and model anew; the proposed settings are safe.",
        code="plan_unreadable",
    )
