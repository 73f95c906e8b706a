"""Watches whether a rising reward still means better answers, from the events of a run alone.

A model that learns from scores finds what scores, not what was meant (Gao et al. 2022, arXiv
2210.10760: the measured reward rises with the distance while the true one falls). What gives it
away: the reward goes up while the held-out reward does not follow, the answers grow or shrink
far, the distance from the start runs off, or every answer becomes the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean, pstdev

from ftstudio.jobs.events import Event, Notice, Started, Step, Validation

# A figure is compared between the first and the newest `SPAN` steps, each at least this many.
SPAN = 8
# By so many standard errors the reward must have risen before anything else is looked at: many,
# for it is asked anew at each step.
_CLEARLY = 5.0
# Distance in nats per answer that is far: Ziegler et al. 2019 aim at 6; Gao et al. 2022 see the
# true score fall from about 10 on for small reward models.
_FAR = 15.0
_LONGER, _SHORTER = 2.0, 0.4
_ALIKE = 0.25  # of the first entropy


@dataclass
class RewardWatch:
    """Hears a run's events; `hear` gives a notice once for each thing that runs away."""

    _steps: list[Step] = field(default_factory=list)
    _looks: list[Validation] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)

    def hear(self, events: Iterable[Event]) -> list[Notice]:
        found: list[Notice] = []
        for event in events:
            if isinstance(event, Step) and "reward" in event.metrics:
                self._steps.append(event)
                found += self._judge()
            elif isinstance(event, Validation) and "reward" in event.metrics:
                self._looks.append(event)
                found += self._judge()
            elif isinstance(event, Started):
                self._forget_beyond(event.resumed_at)
        return found

    def _forget_beyond(self, step: int) -> None:
        """A new life goes on from there: what the one before did later is undone."""
        self._steps = [one for one in self._steps if one.step <= step]
        self._looks = [one for one in self._looks if one.step <= step]

    def _judge(self) -> list[Notice]:
        if len(self._steps) < 2 * SPAN or not self._rose("reward"):
            return []
        signs = (
            ("held_out", self._held_out_falls, _HELD_OUT),
            ("kl", self._far_away, _KL),
            ("length", self._length_runs_off, _LENGTH),
            ("entropy", self._all_alike, _ENTROPY),
        )
        found = []
        for key, there, notice in signs:
            if key not in self._said and there():
                self._said.add(key)
                found.append(notice)
        return found

    def _ends(self, key: str) -> tuple[list[float], list[float]]:
        first = [one.metrics[key] for one in self._steps[:SPAN] if key in one.metrics]
        last = [one.metrics[key] for one in self._steps[-SPAN:] if key in one.metrics]
        return first, last

    def _rose(self, key: str) -> bool:
        """Is the newest mean above the first by more than chance between steps gives?"""
        first, last = self._ends(key)
        gain = fmean(last) - fmean(first)
        error = math.sqrt((pstdev(first) ** 2 + pstdev(last) ** 2) / SPAN)
        return gain > max(_CLEARLY * error, 1e-6)

    def _held_out_falls(self) -> bool:
        """Two looks in a row below the best by more than half of what was gained there."""
        rewards = [look.metrics["reward"] for look in self._looks]
        if len(rewards) < 4:
            return False
        best, start = max(rewards), rewards[0]
        gained = best - start
        first, last = self._ends("reward")
        lost = max(0.5 * gained, 0.25 * (fmean(last) - fmean(first)))
        return max(rewards[-2:]) < best - lost

    def _far_away(self) -> bool:
        """Far for a while, and still going: one that stands still is held by its weight."""
        newest = self._steps[-2 * SPAN :]
        values = [step.metrics["kl"] for step in newest if "kl" in step.metrics]
        before, last = values[-2 * SPAN : -SPAN], values[-SPAN:]
        if len(before) < SPAN or fmean(before) < _FAR:
            return False
        return fmean(last) > 1.25 * fmean(before)

    def _length_runs_off(self) -> bool:
        first, last = self._ends("length")
        if len(last) < SPAN or fmean(first) <= 0:
            return False
        share = fmean(last) / fmean(first)
        return share > _LONGER or share < _SHORTER

    def _all_alike(self) -> bool:
        first, last = self._ends("entropy")
        if len(last) < SPAN or fmean(first) <= 0:
            return False
        return fmean(last) < _ALIKE * fmean(first)


_HELD_OUT = Notice(
    level="warning",
    what="The reward rises, but not on unseen questions.",
    why="The model has learned what scores on the questions it practises on; on others its "
    "answers are worth less than before (overoptimisation).",
    remedy="Stop and keep the best version. Then take more questions, fewer passes, or raise "
    "“Stay near the start”.",
)
_KL = Notice(
    level="warning",
    what="The reward rises while the model runs far from where it began.",
    why=f"The distance is above {_FAR:g} nats per answer and grows: the language itself may be "
    "lost for the score (reward hacking).",
    remedy="Read the sample answers. If they are odd, stop, keep the best version and raise "
    "“Stay near the start”, or lower the step size.",
)
_LENGTH = Notice(
    level="warning",
    what="The reward rises while the answers change their length.",
    why="They are more than twice as long, or less than half as long, as at the start: the "
    "length itself may be what scores (reward hacking).",
    remedy="Read the sample answers. If the length is not wanted, add the reward “Has the right "
    "length”, then start again.",
)
_ENTROPY = Notice(
    level="warning",
    what="The reward rises while all answers become alike.",
    why="Little of the variety at the start is left: the model may have found one sentence that "
    "scores for every question (mode collapse).",
    remedy="Read the sample answers. If they repeat one sentence, stop, raise “Stay near the "
    "start”, or add a reward that depends on the question.",
)


def is_of_reward(notice: Notice) -> bool:
    """Whether this is a word of this watch, in a run that is read again."""
    return notice.what in {one.what for one in (_HELD_OUT, _KL, _LENGTH, _ENTROPY)}
