"""How long a run will take: the machine’s roofline, corrected by trials and runs that ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ftstudio.core.method import Method, MethodSize
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.core.units import clock_after
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory_blocks import uncounted_kind
from ftstudio.planning.roofline import (
    Load,
    Pace,
    pace_of,
    pass_seconds,
    step_seconds,
    word_seconds,
)
from ftstudio.planning.schedule import Schedule, make_schedule

_STARTING = {"cuda": 20.0, "cpu": 14.0}  # importing the libraries
_READ_RATE = 400e6  # bytes a second from a common disk
_ANSWER_TOKENS = 60  # of a sample answer
_SPREAD_KNOWN, _SPREAD_GUESSED, _SPREAD_UNKNOWN_CARD = 1.2, 1.8, 2.5
_UNCOUNTED = (0.85, 1.25)  # blocks that may have more or less to reckon than Llama's
_FORWARD = 3  # forward passes in a plain one, forward and back: `Objective.models` counts these


@dataclass(frozen=True)
class PastRun:
    """What one finished run tells: seconds of its training, and what was guessed for them."""

    name: str
    seconds: float
    guessed: float


@dataclass(frozen=True)
class Forecast:
    """Seconds by phase: start, load, train, looks, finish."""

    phases: dict[str, float]
    schedule: Schedule
    spread: float
    learned_from: str = ""  # the past run that corrected the rate
    low_by: float = 1.0  # factors by which the range is wider where the model is not known
    high_by: float = 1.0
    why: str = ""  # it is wider, in a sentence

    @property
    def middle(self) -> float:
        return sum(self.phases.values())

    @property
    def low(self) -> float:
        return self.middle / self.spread * self.low_by

    @property
    def high(self) -> float:
        return self.middle * self.spread * self.high_by

    def widened(self, low: float, high: float, why: str) -> Forecast:
        """At least by these factors."""
        low, high = min(self.low_by, low), max(self.high_by, high)
        return replace(self, low_by=low, high_by=high, why=why)

    def ends(self, now: datetime | None = None) -> tuple[str, str]:
        """The clock times between which it will be done, if it starts now."""
        return clock_after(self.low, now), clock_after(self.high, now)


def forecast(
    shape: ModelShape,
    method: Method,
    method_params: Params,
    training: TrainingSettings,
    lengths: Lengths,
    machine: Machine,
    past: Sequence[PastRun] = (),
    objective: Objective | None = None,
    objective_params: Params | None = None,
) -> Forecast:
    size = method.size(shape, method_params)
    work = _work(objective, objective_params)
    schedule = make_schedule(lengths.rows * work.repeats, training)
    pace = pace_of(machine)
    alike = training.padding == "fixed" and not work.generates and not work.packed
    if alike:  # a short row takes what the longest takes
        lengths = replace(lengths, mean=float(min(lengths.longest, training.max_length)))
    row = lengths.mean_row(training.max_length, work.writes)
    passes = schedule.steps * training.accumulation
    rows = lengths.rows * work.repeats * training.epochs
    # The last batch of a pass over the data is smaller: rows are counted, not batches.
    one = _step(shape, size, training, pace, work, row, rows / max(1, passes))
    look = _look_seconds(shape, size, training, lengths, pace)
    correction, name = _correction(past)
    phases = {
        "start": _STARTING[machine.device],
        "load": 1 + shape.weight_bytes / _READ_RATE,
        "train": schedule.steps * one * correction,
        "looks": (schedule.looks + 1) * look * correction,
        "finish": 2 + schedule.looks * size.result_bytes / _READ_RATE,
    }
    guessed = _SPREAD_GUESSED if pace.known else _SPREAD_UNKNOWN_CARD
    made = Forecast(phases, schedule, _SPREAD_KNOWN if name else guessed, name)
    if name or not (kind := uncounted_kind(shape)):
        return made
    why = f"Blocks of {kind} were not counted yet, so the range of the time is wider."
    return made.widened(*_UNCOUNTED, why)


def trial(
    shape: ModelShape,
    method: Method,
    method_params: Params,
    training: TrainingSettings,
    machine: Machine,
    longest: int,
    seconds: float,
    objective: Objective | None = None,
    objective_params: Params | None = None,
) -> PastRun:
    """Of steps that were timed here on rows of `longest` tokens: what corrects a forecast."""
    size, work = method.size(shape, method_params), _work(objective, objective_params)
    pace = pace_of(machine)
    row = float(min(longest, training.max_length))
    guessed = _step(shape, size, training, pace, work, row, training.batch_size)
    return PastRun("", seconds, guessed)


@dataclass(frozen=True)
class _Work:
    """What an objective asks of each row, in plain passes; `writes` is tokens."""

    repeats: int = 1
    writes: int = 0
    generates: bool = False
    packed: bool = False
    learned: float = 1.0
    looked: float = 0.0
    learns: int = 1


def _work(objective: Objective | None, params: Params | None) -> _Work:
    if objective is None:
        return _Work()
    given = params or objective.params()
    learns = objective.learns(given)
    return _Work(
        repeats=objective.repeats(given),
        writes=objective.writes(given),
        generates=objective.generates,
        packed=objective.packs(given),
        learned=float(objective.sequences * learns),
        looked=max(0.0, _FORWARD * (objective.models - objective.sequences)),
        learns=learns,
    )


def _step(
    shape: ModelShape, size: MethodSize, training: TrainingSettings, pace: Pace, work: _Work,
    row: float, rows: float,
) -> float:  # fmt: skip
    """Seconds of one step, of `rows` rows in each of its passes."""
    load = Load(rows * row, row, work.learned, work.looked)
    one = pass_seconds(shape, size, training, pace, load)
    if work.generates:
        # Every answer is written word by word, a whole batch at a time.
        one += (work.writes or _ANSWER_TOKENS) * word_seconds(shape, size, pace)
    return training.accumulation * one + work.learns * step_seconds(size, training, pace)


def _look_seconds(
    shape: ModelShape, size: MethodSize, training: TrainingSettings, lengths: Lengths, pace: Pace
) -> float:
    row = min(lengths.mean, float(training.max_length))
    batches = lengths.validation_rows / training.batch_size
    load = Load(training.batch_size * row, row, learned=0.0, looked=1.0)
    read = batches * pass_seconds(shape, size, training, pace, load)
    words = training.sample_questions * _ANSWER_TOKENS
    return read + words * word_seconds(shape, size, pace)


def _correction(past: Sequence[PastRun]) -> tuple[float, str]:
    """How much slower than guessed the newest comparable run was, within reason."""
    usable = [run for run in past if run.seconds > 0 and run.guessed > 0]
    if not usable:
        return 1.0, ""
    run = usable[0]
    return min(20.0, max(0.05, run.seconds / run.guessed)), run.name or "a trial on this computer"
