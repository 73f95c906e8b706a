"""How a run goes, in one sentence: judged from its losses alone; no Qt, no torch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["ok", "warn", "bad", "accent", "neutral"]
Kind = Literal[
    "starting", "too_early", "falling", "slowing", "plateau", "rising", "diverged", "overfitting",
    "gaining", "standing", "losing",
]  # fmt: skip

_SEEN = 0.02  # of a loss: a smaller gap can't be told from none in figures of two decimals
_SOON = 10  # fewer steps than this say nothing yet


@dataclass(frozen=True)
class Judgement:
    """What is seen. `template` is English with {names}; `values` fills it in."""

    kind: Kind
    tone: Tone
    template: str
    values: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        return self.template.format(**self.values)


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks words for `lupdate`, which finds them by this name."""
    return text


_WORDS: dict[Kind, tuple[Tone, str]] = {
    "starting": ("neutral", QT_TRANSLATE_NOOP(
        "status_sentence", "The first steps are on their way. The curve begins with them.")),
    "too_early": ("neutral", QT_TRANSLATE_NOOP(
        "status_sentence", "The first steps are done. It is too early to say how it goes.")),
    "falling": ("ok", QT_TRANSLATE_NOOP(
        "status_sentence", "Loss is falling steadily. Nothing needs your attention.")),
    "slowing": ("ok", QT_TRANSLATE_NOOP(
        "status_sentence", "Loss is levelling off, as it should towards the end. "
        "Nothing needs your attention.")),
    "plateau": ("warn", QT_TRANSLATE_NOOP(
        "status_sentence", "Loss has hardly moved since step {since}. More passes will change "
        "little; a larger step size or more data may.")),
    "rising": ("warn", QT_TRANSLATE_NOOP(
        "status_sentence", "Loss has been rising since step {since}. If it goes on, stop and "
        "start again with a smaller step size.")),
    "diverged": ("bad", QT_TRANSLATE_NOOP(
        "status_sentence", "Loss is out of bounds since step {since}: the model no longer "
        "learns. Stop, and start again with a smaller step size.")),
    "overfitting": ("warn", QT_TRANSLATE_NOOP(
        "status_sentence", "Loss on unseen examples was best at step {best} ({best_loss}) and "
        "is {now_loss} now: it begins to learn by heart. The best version is kept.")),
    "gaining": ("ok", QT_TRANSLATE_NOOP(
        "status_sentence", "It is getting better: {first} at first, {now} now. Nothing needs "
        "your attention.")),
    "standing": ("warn", QT_TRANSLATE_NOOP(
        "status_sentence", "It has not got better so far: {first} at first, {now} now. Larger "
        "steps, more data or a longer run may help.")),
    "losing": ("warn", QT_TRANSLATE_NOOP(
        "status_sentence", "On unseen examples it was best at step {best}, at {best_value}, "
        "and is at {now} now. The best version is kept.")),
}  # fmt: skip


def judge(
    steps: Sequence[float],
    losses: Sequence[float],
    validations: Sequence[tuple[float, float]],
    total_steps: int,
) -> Judgement:
    """Judge a run from its training losses, its validation points and its length."""
    if not len(steps):
        return _say("starting")
    if not math.isfinite(losses[-1]):
        return _say("diverged", since=_number(_start_of_nonsense(steps, losses)))
    sound = [(s, v) for s, v in zip(steps, losses, strict=True) if math.isfinite(v)]
    steps, losses = [s for s, _ in sound], [v for _, v in sound]
    if len(steps) < _SOON:
        return _say("too_early")
    return (
        _diverged(steps, losses) or _overfitting(validations) or _trend(steps, losses, total_steps)
    )


def judge_figure(
    steps: Sequence[float],
    values: Sequence[float],
    looks: Sequence[tuple[float, float]],
    better: Literal["more", "less"],
) -> Judgement:
    """Judge a run by a figure of its own, such as a reward: by the looks at unseen examples
    where there are two, else by the steps."""
    sign = 1.0 if better == "more" else -1.0
    points = list(looks) if len(looks) >= 2 else list(zip(steps, values, strict=True))
    points = [(step, value) for step, value in points if math.isfinite(value)]
    if len(looks) < 2 and len(points) < _SOON:
        return _say("too_early" if points else "starting")
    width = 1 if len(looks) >= 2 else max(5, len(points) // 5)
    first, now = (_mean([v for _, v in part]) for part in (points[:width], points[-width:]))
    scatter = 0.0 if width == 1 else _scatter([v for _, v in points]) / math.sqrt(width)
    best_step, best = max(points, key=lambda point: sign * point[1])
    gained, lost = sign * (now - first), sign * (best - now)
    if len(looks) >= 3 and lost > 0.1 * abs(best - first) and points[-2][0] > best_step:
        return _say("losing", best=_number(best_step), best_value=f"{best:.3g}", now=f"{now:.3g}")
    said = "gaining" if gained > max(2 * scatter, 0.01 * abs(first)) else "standing"
    return _say(said, first=f"{first:.3g}", now=f"{now:.3g}")  # type: ignore[arg-type]


def overfit_gap(validations: Sequence[tuple[float, float]]) -> tuple[float, float, float] | None:
    """Step and loss of the best look, and the last loss, where two looks or more were worse."""
    if len(validations) < 3:
        return None
    best = min(range(len(validations)), key=lambda i: validations[i][1])
    step, loss = validations[best]
    later = [value for _, value in validations[best + 1 :]]
    if len(later) < 2 or min(later) < max(loss * 1.02, loss + _SEEN):
        return None
    return step, loss, later[-1]


def _say(kind: Kind, **values: str) -> Judgement:
    tone, template = _WORDS[kind]
    return Judgement(kind, tone, template, values)


def _start_of_nonsense(steps: Sequence[float], losses: Sequence[float]) -> float:
    """The first step of the unbroken stretch of losses that are no numbers."""
    index = len(losses) - 1
    while index > 0 and not math.isfinite(losses[index - 1]):
        index -= 1
    return steps[index]


def _number(step: float) -> str:
    return f"{int(step):,}"


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _tail_mean(losses: Sequence[float], end: int, width: int) -> float:
    return _mean(losses[max(0, end - width) : end])


def _diverged(steps: Sequence[float], losses: Sequence[float]) -> Judgement | None:
    width = max(5, len(losses) // 20)
    start = _mean(losses[:width])
    now = _tail_mean(losses, len(losses), width)
    if now <= 1.5 * start + 0.1:
        return None
    since = next((i for i in range(len(losses) - 1, 0, -1) if losses[i] <= start), 0)
    return _say("diverged", since=_number(steps[since]))


def _overfitting(validations: Sequence[tuple[float, float]]) -> Judgement | None:
    gap = overfit_gap(validations)
    if gap is None:
        return None
    step, best, now = gap
    return _say("overfitting", best=_number(step), best_loss=f"{best:.2f}", now_loss=f"{now:.2f}")


def _trend(steps: Sequence[float], losses: Sequence[float], total_steps: int) -> Judgement:
    """Compare the last two fifths of the run, with the scatter as the measure of what counts."""
    width = max(5, len(losses) // 5)
    recent = losses[-width:]
    before = losses[-2 * width : -width] or losses[:width]
    change = _mean(recent) - _mean(before)
    noise = _scatter(losses[-2 * width :]) / math.sqrt(width)
    since = steps[-min(2 * width, len(steps))]
    if change > max(3 * noise, 0.03 * abs(_mean(before))):
        return _say("rising", since=_number(since))
    if change < -max(2 * noise, 0.01 * abs(_mean(before))):
        return _say("falling")
    fallen = _mean(losses[:width]) - _mean(recent)
    late = total_steps and steps[-1] >= 0.6 * total_steps
    if late and fallen > 0.1 * abs(_mean(losses[:width])):
        return _say("slowing")
    if fallen > 0.2 * abs(_mean(losses[:width])) and len(losses) < 60:
        return _say("falling")
    return _say("plateau", since=_number(since))


def _scatter(values: Sequence[float]) -> float:
    """How far neighbours lie apart: noise without the trend."""
    if len(values) < 3:
        return 0.0
    jumps = [abs(b - a) for a, b in itertools.pairwise(values)]
    return _mean(jumps) / 1.128  # mean of |difference| of two normal draws, in deviations
