"""All that is known of one run, built up from its events alone; no Qt.

A live run, a finished one and one that was just reopened come to the same record, because all
three are the same events in the same order.
"""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from ftstudio.core.objective import Judge
from ftstudio.jobs.events import Event, Phase, Sample, Started, Step, Validation
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.monitor.loss_series import LossSeries
from ftstudio.ui.monitor.status_sentence import Judgement, judge, judge_figure


@dataclass
class SampleQuestion:
    """One held-out question, what should be said, and what the growing model said by step."""

    question: str
    reference: str
    answers: dict[int, str] = field(default_factory=dict)


@dataclass
class RunRecord:
    """The folded status, and beside it what only the monitor needs: curves and answers."""

    status: RunStatus = field(default_factory=RunStatus)
    series: LossSeries = field(default_factory=LossSeries)
    curves: dict[str, LossSeries] = field(default_factory=dict)  # of the objective's measures
    memory: LossSeries = field(default_factory=lambda: LossSeries(window=1))  # bytes
    judge: Judge = field(default_factory=Judge)  # by which figure the run is judged
    samples: dict[int, SampleQuestion] = field(default_factory=dict)
    speeds: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    phase: Phase | None = None
    events_seen: int = 0

    def apply(self, events: Sequence[Event]) -> None:
        steps: list[float] = []
        losses: list[float] = []
        sizes: list[float] = []
        for event in events:
            self.status.apply(event)
            if isinstance(event, Step):
                steps.append(event.step)
                losses.append(event.loss)
                sizes.append(event.gpu_bytes or event.ram_bytes)
                self.speeds.append(event.tokens_per_second)
                for key, value in event.metrics.items():
                    self.curve(key).extend([event.step], [value])
                continue
            self.series.extend(steps, losses)
            self.memory.extend(steps, sizes)
            steps, losses, sizes = [], [], []
            self._apply_rare(event)
        self.series.extend(steps, losses)
        self.memory.extend(steps, sizes)
        self.events_seen += len(events)

    def _apply_rare(self, event: Event) -> None:
        """What the status keeps is left to it."""
        if isinstance(event, Started):
            self._begin(event)
        elif isinstance(event, Phase):
            self.phase = event
        elif isinstance(event, Validation):
            self.series.add_validation(event.step, event.loss)
            for key, value in event.metrics.items():
                self.curve(key).add_validation(event.step, value)
        elif isinstance(event, Sample):
            asked = self.samples.setdefault(
                event.index, SampleQuestion(event.question, event.reference)
            )
            asked.answers[event.step] = event.answer

    def _begin(self, event: Started) -> None:
        """A new life of the worker: what lies beyond the step it goes on from is said again."""
        self.phase = None
        for series in (self.series, self.memory, *self.curves.values()):
            series.drop_after(event.resumed_at if event.resumed_at else -1)
        for asked in self.samples.values():
            asked.answers = {s: a for s, a in asked.answers.items() if s < event.resumed_at + 1}

    def curve(self, key: str) -> LossSeries:
        return self.curves.setdefault(key, LossSeries())

    def judgement(self) -> Judgement:
        """By the loss; where the objective goes by another figure, by that, once it tells."""
        judged = self.curves.get(self.judge.key)
        if judged is not None and (len(judged) or len(judged.validation) >= 2):
            steps, values = judged.overview()
            return judge_figure(steps, values, judged.validation, self.judge.better)
        steps, losses = self.series.overview()
        return judge(steps, losses, self.series.validation, self.status.total_steps)

    def speed_is_low(self) -> bool:
        """The last steps are much slower than this run's own usual speed."""
        if len(self.speeds) < 20:
            return False
        usual = statistics.median(self.speeds)
        return statistics.median(list(self.speeds)[-5:]) < 0.6 * usual
