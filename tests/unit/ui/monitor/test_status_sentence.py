"""How a run goes, judged from canned curves."""

from __future__ import annotations

import math
import random

import pytest

from ftstudio.ui.monitor.status_sentence import judge, judge_figure, overfit_gap


def falling(count: int, total: int, noise: float = 0.1, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [
        0.7 + 2 * math.exp(-4 * step / total) + chance.gauss(0, noise)
        for step in range(1, count + 1)
    ]


def steps(losses: list[float]) -> list[float]:
    return [float(step) for step in range(1, len(losses) + 1)]


def test_nothing_yet() -> None:
    assert judge([], [], [], 300).kind == "starting"
    assert judge([1.0, 2.0], [3.0, 2.9], [], 300).kind == "too_early"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [60, 120, 200])
def test_a_healthy_run_needs_no_attention(count: int, seed: int) -> None:
    losses = falling(count, 300, seed=seed)
    said = judge(steps(losses), losses, [], 300)
    assert said.kind in ("falling", "slowing")
    assert said.tone == "ok"
    assert "Nothing needs your attention" in said.text()


def test_levelling_off_at_the_end_is_as_it_should_be() -> None:
    chance = random.Random(2)
    losses = [3 - 2 * min(1, step / 100) + chance.gauss(0, 0.05) for step in range(300)]
    assert judge(steps(losses), losses, [], 300).kind == "slowing"


def test_a_flat_curve_is_named_with_its_step() -> None:
    chance = random.Random(3)
    losses = [2.0 + chance.gauss(0, 0.05) for _ in range(100)]
    said = judge(steps(losses), losses, [], 1000)
    assert said.kind == "plateau"
    assert "since step 61" in said.text()


def test_a_rising_curve_is_a_warning() -> None:
    chance = random.Random(4)
    losses = [2.0 + max(0, step - 120) * 0.006 + chance.gauss(0, 0.03) for step in range(200)]
    said = judge(steps(losses), losses, [], 1000)
    assert (said.kind, said.tone) == ("rising", "warn")
    assert "smaller step size" in said.text()


def test_a_run_out_of_bounds_says_since_when() -> None:
    losses = falling(100, 300) + [9.0 + step for step in range(40)]
    said = judge(steps(losses), losses, [], 300)
    assert (said.kind, said.tone) == ("diverged", "bad")
    assert said.values["since"] in ("100", "101")


def test_losses_that_are_no_numbers_are_out_of_bounds() -> None:
    losses = falling(50, 300) + [math.nan] * 5
    said = judge(steps(losses), losses, [], 300)
    assert said.kind == "diverged"
    assert said.values["since"] == "51"


def test_one_lost_number_in_the_middle_is_no_alarm() -> None:
    losses = falling(120, 300)
    losses[40] = math.nan
    assert judge(steps(losses), losses, [], 300).tone == "ok"


def test_learning_by_heart_names_the_best_step() -> None:
    looks = [(0.0, 3.0), (100.0, 1.2), (200.0, 1.0), (300.0, 1.1), (400.0, 1.25)]
    losses = falling(400, 400)
    said = judge(steps(losses), losses, looks, 600)
    assert said.kind == "overfitting"
    assert "step 200 (1.00)" in said.text()
    assert "1.25" in said.text()


def test_one_worse_look_is_not_yet_learning_by_heart() -> None:
    assert overfit_gap([(0.0, 3.0), (1.0, 1.0), (2.0, 1.2)]) is None
    assert overfit_gap([(0.0, 3.0), (1.0, 1.0), (2.0, 1.005), (3.0, 1.2)]) is None
    assert overfit_gap([(0.0, 3.0), (1.0, 1.0), (2.0, 1.1), (3.0, 1.2)]) == (1.0, 1.0, 1.2)


def test_a_gap_that_the_figures_do_not_show_is_none() -> None:
    assert overfit_gap([(0.0, 3.0), (1.0, 0.056), (2.0, 0.061), (3.0, 0.064)]) is None
    assert overfit_gap([(0.0, 3.0), (1.0, 0.056), (2.0, 0.08), (3.0, 0.09)]) is not None


LOOKS = [(0.0, 0.1), (10.0, 0.4), (20.0, 0.6)]


@pytest.mark.parametrize(
    ("looks", "better", "kind"),
    [
        (LOOKS, "more", "gaining"),
        ([(s, -v) for s, v in LOOKS], "less", "gaining"),
        ([(s, 0.1) for s, _ in LOOKS], "more", "standing"),
        ([(0.0, 0.1), (10.0, 0.7), (20.0, 0.5), (30.0, 0.3)], "more", "losing"),
    ],
)
def test_a_figure_of_its_own_is_judged_by_the_looks(
    looks: list[tuple[float, float]], better: str, kind: str
) -> None:
    said = judge_figure([], [], looks, better)  # type: ignore[arg-type]
    assert said.kind == kind
    assert "{" not in said.text()


def test_before_the_second_look_the_steps_speak() -> None:
    chance = random.Random(5)
    rising = [0.1 + 0.01 * step + chance.gauss(0, 0.02) for step in range(60)]
    assert judge_figure(steps(rising), rising, [], "more").kind == "gaining"
    assert judge_figure(steps(rising[:4]), rising[:4], [], "more").kind == "too_early"
    assert judge_figure([], [], [], "more").kind == "starting"
