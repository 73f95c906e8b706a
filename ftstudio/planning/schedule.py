"""How many steps and looks a run has: the same sums that the trainer makes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ftstudio.core.training_settings import TrainingSettings


@dataclass(frozen=True)
class Schedule:
    steps: int
    looks: int
    every: int  # steps between two looks


def make_schedule(rows: int, training: TrainingSettings) -> Schedule:
    batches = max(1, math.ceil(rows / training.batch_size))
    per_pass = max(1, math.ceil(batches / training.accumulation))
    steps = max(1, math.ceil(training.epochs * per_pass))
    every = max(1, math.ceil(per_pass / training.checks_per_epoch))
    return Schedule(steps, max(1, math.ceil(steps / every)), every)
