"""The curve's numbers: appending, dropping, smoothing and thinning."""

from __future__ import annotations

import numpy as np
import pytest

from ftstudio.ui.monitor import loss_series
from ftstudio.ui.monitor.loss_series import (
    LossSeries,
    smooth,
    thin_extremes,
    thin_stride,
    visible,
)


def plainly_smoothed(values: list[float], beta: float) -> list[float]:
    """The textbook formula, one value after the other."""
    level, out = 0.0, []
    for count, value in enumerate(values, start=1):
        level = beta * level + (1 - beta) * value
        out.append(level / (1 - beta**count))
    return out


@pytest.mark.parametrize("count", [1, 5, 128, 129, 1000])
@pytest.mark.parametrize("beta", [0.5, 0.9, 0.998])
def test_smoothing_equals_the_plain_formula(count: int, beta: float) -> None:
    values = np.random.default_rng(3).normal(2, 1, count)
    assert smooth(values, beta) == pytest.approx(plainly_smoothed(values.tolist(), beta))


def test_smoothing_in_batches_equals_smoothing_at_once() -> None:
    values = np.random.default_rng(4).normal(2, 1, 777)
    whole, pieces = LossSeries(25), LossSeries(25)
    whole.extend(list(range(777)), values.tolist())
    for start in range(0, 777, 10):
        part = values[start : start + 10].tolist()
        pieces.extend(list(range(start, start + len(part))), part)
    assert pieces.smoothed == pytest.approx(whole.smoothed)


def test_another_window_smooths_all_points_anew() -> None:
    series = LossSeries(1)
    series.extend([1, 2, 3], [1.0, 5.0, 3.0])
    assert series.smoothed.tolist() == [1.0, 5.0, 3.0]
    series.set_window(10)
    assert series.smoothed == pytest.approx(plainly_smoothed([1.0, 5.0, 3.0], 0.9))


def test_a_loss_that_is_no_number_is_passed_over() -> None:
    series = LossSeries(4)
    series.extend([1, 2, 3], [2.0, float("nan"), 2.0])
    assert np.isnan(series.losses[1])
    assert series.smoothed.tolist() == pytest.approx([2.0, 2.0, 2.0])
    nothing = LossSeries(4)
    nothing.extend([1, 2], [float("inf"), float("nan")])
    assert np.isfinite(nothing.smoothed).all()


def test_a_resumed_run_replaces_what_lay_beyond() -> None:
    series = LossSeries(3)
    series.extend(list(range(1, 11)), [float(v) for v in range(10, 0, -1)])
    series.add_validation(5, 2.0)
    series.add_validation(10, 1.0)
    series.drop_after(6)
    assert series.steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert series.validation == [(5, 2.0)]
    series.extend([7], [1.0])
    same = LossSeries(3)
    same.extend(list(range(1, 8)), [10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 1.0])
    assert series.smoothed == pytest.approx(same.smoothed)


def test_a_second_look_at_a_step_replaces_the_first() -> None:
    series = LossSeries()
    series.add_validation(20, 2.0)
    series.add_validation(10, 3.0)
    series.add_validation(20, 1.5)
    assert series.validation == [(10, 3.0), (20, 1.5)]


def test_appending_is_cheap_however_long_the_series_is(monkeypatch: pytest.MonkeyPatch) -> None:
    series = LossSeries(50)
    series.extend(np.arange(1_000_000).tolist(), np.ones(1_000_000).tolist())
    held, smoothed = [series.steps.base], []
    plainly = loss_series.smooth

    def noted(values: np.ndarray, *more: float) -> np.ndarray:
        smoothed.append(len(values))
        return plainly(values, *more)

    monkeypatch.setattr(loss_series, "smooth", noted)
    for start in range(1_000_000, 1_020_000, 40):
        series.extend(list(range(start, start + 40)), [1.0] * 40)
        if series.steps.base is not held[-1]:
            held.append(series.steps.base)
    assert len(held) <= 2  # a million points are copied once, if at all, and not 500 times
    assert smoothed == [40] * 500
    assert len(series) == 1_020_000


def test_thinning_keeps_every_spike() -> None:
    steps = np.arange(100_000, dtype=float)
    values = np.ones(100_000)
    values[77_777], values[12_345] = 50.0, -50.0
    x, y = thin_extremes(steps, values, 400)
    assert len(x) <= 800
    assert y.max() == 50.0
    assert y.min() == -50.0
    assert (np.diff(x) >= 0).all()
    assert abs(x[y.argmax()] - 77_777) <= 100_000 / 400


def test_thinning_leaves_few_points_as_they_are() -> None:
    steps, values = np.arange(10.0), np.arange(10.0)
    assert thin_extremes(steps, values, 400)[0] is steps
    assert thin_stride(steps, values, 400)[1] is values


def test_the_smoothed_curve_keeps_its_last_point() -> None:
    steps, values = np.arange(10_000.0), np.linspace(3, 1, 10_000)
    x, y = thin_stride(steps, values, 300)
    assert len(x) <= 301
    assert (x[-1], y[-1]) == (9_999.0, 1.0)


def test_lines_leave_the_frame_on_both_sides() -> None:
    assert visible(np.arange(100.0), 40, 50) == slice(39, 52)
    assert visible(np.arange(100.0), -5, 500) == slice(0, 100)


def test_the_overview_is_short_and_true() -> None:
    series = LossSeries()
    series.extend(list(range(3000)), [3.0] * 1500 + [1.0] * 1500)
    steps, losses = series.overview(300)
    assert len(steps) == len(losses) == 300
    assert losses[0] == 3.0
    assert losses[-1] == 1.0
    assert steps[150] == 1500
