"""The numbers behind the loss plot: growing arrays, smoothing and thinning; no Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BLOCK = 128  # points smoothed by one matrix product


class LossSeries:
    """Points in the order of their steps; appending costs amortised O(1) a point.

    A resumed run writes some steps again: `drop_after` forgets what the new ones replace.
    Losses that are no numbers stay in `losses` and are passed over by the smoothing.
    """

    def __init__(self, window: float = 20.0) -> None:
        self._steps = np.empty(1024)
        self._losses = np.empty(1024)
        self._smoothed = np.empty(1024)
        self._count = 0
        self._beta = _beta(window)
        self.validation: list[tuple[float, float]] = []  # (step, loss on unseen examples)

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Floats:
        return self._steps[: self._count]

    @property
    def losses(self) -> Floats:
        return self._losses[: self._count]

    @property
    def smoothed(self) -> Floats:
        return self._smoothed[: self._count]

    def extend(self, steps: Sequence[float], losses: Sequence[float]) -> None:
        start, self._count = self._count, self._count + len(steps)
        self._reserve(self._count)
        self._steps[start : self._count] = steps
        self._losses[start : self._count] = losses
        self._smooth_from(start)

    def add_validation(self, step: float, loss: float) -> None:
        self.validation = sorted([v for v in self.validation if v[0] != step] + [(step, loss)])

    def drop_after(self, step: float) -> None:
        """Forget the points beyond `step`."""
        self._count = int(np.searchsorted(self.steps, step, side="right"))
        self.validation = [v for v in self.validation if v[0] <= step]

    def set_window(self, window: float) -> None:
        """Smooth over about so many points; 1 leaves them as they are."""
        self._beta = _beta(window)
        self._smooth_from(0)

    def overview(self, points: int = 300) -> tuple[list[float], list[float]]:
        """The whole curve as at most so many means, for judging it."""
        if self._count <= points:
            return self.steps.tolist(), self.losses.tolist()
        edges = np.linspace(0, self._count, points, endpoint=False).astype(np.intp)
        counts = np.diff(np.append(edges, self._count))
        return self.steps[edges].tolist(), (np.add.reduceat(self.losses, edges) / counts).tolist()

    def _reserve(self, wanted: int) -> None:
        if wanted <= len(self._steps):
            return
        size = max(wanted, 2 * len(self._steps))
        for name in ("_steps", "_losses", "_smoothed"):
            grown = np.empty(size)
            old = getattr(self, name)
            grown[: len(old)] = old
            setattr(self, name, grown)

    def _smooth_from(self, start: int) -> None:
        carry = float(self._smoothed[start - 1]) if start else float("nan")
        fresh = self._losses[start : self._count]
        self._smoothed[start : self._count] = smooth(fresh, self._beta, carry, start)


def _beta(window: float) -> float:
    return 1.0 - 1.0 / max(1.0, window)


def smooth(values: Floats, beta: float, carry: float = float("nan"), seen: int = 0) -> Floats:
    """Exponential mean without the pull to zero at the start.

    `carry` is the smoothed value before `values`, after `seen` points.
    """
    if beta <= 0 or len(values) == 0:
        return values.copy()
    clean = _without_gaps(values, carry)
    level = 0.0 if seen == 0 or np.isnan(carry) else carry * (1 - beta**seen)
    if len(clean) <= _BLOCK:
        raw = _one_by_one(clean, beta, level)
    else:
        raw = _in_blocks(clean, beta, level)
    return raw / (1 - beta ** np.arange(seen + 1, seen + 1 + len(clean), dtype=np.float64))


def _without_gaps(values: Floats, before: float) -> Floats:
    """Each loss that is no number becomes the one before it."""
    bad = ~np.isfinite(values)
    if not bad.any():
        return values
    index = np.where(bad, -1, np.arange(len(values)))
    last = np.maximum.accumulate(index)
    first = values[~bad][0] if (~bad).any() else 0.0
    start = before if np.isfinite(before) else first
    return np.where(last < 0, start, values[last])


def _one_by_one(values: Floats, beta: float, level: float) -> Floats:
    out = np.empty(len(values))
    for index, value in enumerate(values.tolist()):
        level = beta * level + (1 - beta) * value
        out[index] = level
    return out


def _in_blocks(values: Floats, beta: float, level: float) -> Floats:
    whole = len(values) // _BLOCK
    lags = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)[None, :]
    weights = np.where(lags >= 0, (1 - beta) * beta ** np.maximum(lags, 0), 0.0)
    inside = values[: whole * _BLOCK].reshape(whole, _BLOCK) @ weights.T
    fade, levels = float(beta**_BLOCK), np.empty(whole)
    for index, end in enumerate(inside[:, -1].tolist()):
        levels[index] = level
        level = fade * level + end
    inside += levels[:, None] * beta ** np.arange(1, _BLOCK + 1)
    rest = _one_by_one(values[whole * _BLOCK :], beta, level)
    return np.concatenate([inside.ravel(), rest])


def visible(steps: Floats, low: float, high: float) -> slice:
    """The points between two steps, with one more on each side so that lines leave the frame."""
    first = int(np.searchsorted(steps, low, side="left"))
    last = int(np.searchsorted(steps, high, side="right"))
    return slice(max(0, first - 1), min(len(steps), last + 1))


def thin_extremes(steps: Floats, values: Floats, buckets: int) -> tuple[Floats, Floats]:
    """The lowest and the highest value of each bucket: no spike is lost, few points are drawn."""
    if len(steps) <= 2 * buckets:
        return steps, values
    starts = _bucket_starts(steps, buckets)
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    x = np.repeat(steps[starts], 2)
    y = np.empty(2 * len(starts))
    y[0::2], y[1::2] = low, high
    return x, y


def thin_stride(steps: Floats, values: Floats, buckets: int) -> tuple[Floats, Floats]:
    """One point a bucket and the last one: enough for a curve that is smooth already."""
    if len(steps) <= buckets:
        return steps, values
    starts = _bucket_starts(steps, buckets)
    if starts[-1] != len(steps) - 1:
        starts = np.append(starts, len(steps) - 1)
    return steps[starts], values[starts]


def _bucket_starts(steps: Floats, buckets: int) -> NDArray[np.intp]:
    edges = np.linspace(steps[0], steps[-1], buckets, endpoint=False)
    return np.unique(np.searchsorted(steps, edges, side="left"))
