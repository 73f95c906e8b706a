"""Trying a plan on this machine: three steps on its longest rows, and what came of earlier ones."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.jobs.events import Event, Finished, Phase, Step
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning import tried
from ftstudio.planning.measured import gather, keep_estimate
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.tried import Tried
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.side_job import SideJob
from ftstudio.ui.studio import Studio

STEPS = 3
_OUT_OF_MEMORY = ("out_of_memory", "died_memory")
_log = logging.getLogger(__name__)


class Trial(QObject):
    """`changed` with each step and at the end; `ended` carries a Tried, `failed` a StudioError."""

    changed = Signal()
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._known: dict[str, Tried] = {}
        self.key = ""  # of what is being tried
        self._device = ""
        self.words = ""  # what it does just now
        self.step = 0
        self._memory: MemoryEstimate | None = None
        self._job = SideJob("tryout", self._learn, self, self._lay_beside)
        self._job.spoke.connect(self._on_event)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)

    @property
    def at_work(self) -> bool:
        return bool(self.key)

    def look_up(self) -> None:
        """What was tried in earlier sessions."""
        workspace = self._studio.workspace
        background.run(self, lambda cancel: tried.load(workspace), self._on_loaded)

    def of(self, key: str) -> Tried | None:
        return self._known.get(key)

    def forget(self) -> None:
        self._known.clear()

    def begin(self, key: str, plan: Plan, memory: MemoryEstimate, device: str) -> None:
        """`memory`: what is foretold of the plan, to be held against what it takes."""
        self.key, self._device, self.step, self._memory = key, device, 0, memory
        self.words = self.tr("Starting")
        self._job.begin(self._studio.workspace, plan.name, plan.model_dump(mode="json"))
        self.changed.emit()

    def cancel(self) -> None:
        self._job.cancel()
        self._end()
        self.changed.emit()

    def shut_down(self) -> None:
        self._job.shut_down()
        self._end()

    def _lay_beside(self, folder: JobFolder) -> None:
        if self._memory is not None:
            keep_estimate(folder, self._memory)

    def _learn(self, _folder: JobFolder) -> None:
        """What it took counts as that of a run does; the folder goes afterwards."""
        try:
            gather(self._studio.workspace)
        except OSError as error:
            _log.warning("what the trial took was not kept: %s", error)

    def _end(self) -> None:
        self.key, self.words = "", ""

    def _on_loaded(self, found: dict[str, Tried]) -> None:
        self._known = {**found, **self._known}
        if found:
            self.changed.emit()

    def _on_event(self, event: Event) -> None:
        match event:
            case Phase():
                self.words = event.text
            case Step():
                self.step = event.step
                self.words = self.tr("Step {step} of {steps}").format(step=event.step, steps=STEPS)
            case _:
                return
        self.changed.emit()

    def _on_finished(self, last: Finished, _nothing: object) -> None:
        if last.taken is not None:
            self._settle(Tried.of(last.taken, last.scores))
        else:
            self._on_failed(_untold())

    def _on_failed(self, error: StudioError) -> None:
        if error.code in _OUT_OF_MEMORY:
            self._settle(Tried(self._device, 0))
            return
        self._end()
        self.changed.emit()
        self.failed.emit(error)

    def _settle(self, made: Tried) -> None:
        key, workspace = self.key, self._studio.workspace
        self._known[key] = made
        self._end()
        background.run(self, lambda cancel: _keep(workspace, key, made), lambda _done: None)
        self.changed.emit()
        self.ended.emit(made)


def _keep(workspace: Workspace, key: str, made: Tried) -> None:
    try:
        tried.keep(workspace, key, made)
    except OSError as error:  # it is known for as long as the window is open
        _log.warning("the trial was not kept: %s", error)


def _untold() -> StudioError:
    return StudioError(
        "The trial ended without a figure.",
        "Its worker is of another version than this window.",
        "Close the window and open it again, then try once more.",
        code="trial_untold",
    )
