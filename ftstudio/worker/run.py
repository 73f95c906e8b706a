"""One training run in one process: what was asked for, and what has been made of it so far."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.method import Method
from ftstudio.core.objective import Head, Objective
from ftstudio.core.params import Params
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.events import Notice, Paused, Phase, Stopped
from ftstudio.jobs.folder import JobFolder, JobSpec
from ftstudio.worker.checkpoints import Checkpoint, Checkpoints
from ftstudio.worker.device import Device
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.taking import Meter
from ftstudio.worker.wishes import Wishes

if TYPE_CHECKING:
    from ftstudio.worker.batches import Batches
    from ftstudio.worker.guards import Guard
    from ftstudio.worker.mixing import Part


@dataclass
class Run:
    folder: JobFolder
    spec: JobSpec
    plan: Plan
    reporter: Reporter
    wishes: Wishes
    checkpoints: Checkpoints
    device: Device
    resumed: Checkpoint | None
    objective: Objective
    method: Method
    objective_params: Params
    method_params: Params
    info: BaseModelInfo
    dataset: DatasetVersion
    started: float
    model: Any = None
    tokenizer: Any = None
    parts: tuple[Part, ...] = ()  # the datasets of several tasks, its own first
    guards: tuple[Guard, ...] = ()  # what shall not be forgotten
    head: Head | None = None  # a classification head, where the objective wants one
    train: Batches | None = None
    validation: Batches | None = None
    questions: list[Any] = field(default_factory=list)
    step: int = 0  # the last one taken
    meter: Meter = field(default_factory=Meter)

    @property
    def facts(self) -> DatasetFacts:
        return self.dataset.facts

    @property
    def rows(self) -> int:
        """Rows that one pass of the trainer counts."""
        assert self.train is not None
        return self.train.count * self.objective.repeats(self.objective_params)

    @property
    def whole(self) -> bool:
        """The result is a whole model, not an adapter beside one."""
        return self.method.size(self.info.shape, self.method_params).added == 0

    @property
    def learning_rate(self) -> float:
        own = self.method.learning_rate(self.info.shape) * self.objective.rate_factor
        return self.plan.training.learning_rate or own

    def warn(self, what: str, why: str = "", remedy: str = "") -> None:
        self.reporter.say(Notice(level="warning", what=what, why=why, remedy=remedy))

    def phase(self, name: Any, text: str) -> None:
        """Say what begins, after hearing whether it shall begin at all."""
        self.leave_if_asked()
        self.reporter.say(Phase(name=name, text=text))

    def leave_if_asked(self) -> None:
        """Asked to stop and keep the best, a run that goes on first gets to its result."""
        self.wishes.hear()
        if not (self.wishes.ending == "keep" and self.resumed):
            self.wishes.leave_if_asked()

    def leave(self, step: int) -> None:
        """The last word of a run that ends before its time and without a result."""
        shutil.rmtree(self.checkpoints.staging, ignore_errors=True)
        if self.wishes.ending == "pause":
            kept = self.checkpoints.newest(lambda path, why: None)
            self.reporter.say(Paused(step=kept.step if kept else 0, reason=self.wishes.reason))
            return
        if self.wishes.ending == "discard":
            shutil.rmtree(self.folder.checkpoints, ignore_errors=True)
            shutil.rmtree(self.folder.path / "tokens", ignore_errors=True)
            shutil.rmtree(self.folder.path / "safeguards", ignore_errors=True)
        self.reporter.say(Stopped(step=step, kept=False))
