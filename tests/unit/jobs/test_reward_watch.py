"""Reward hacking on made-up curves: each sign is told once, and healthy runs are left alone."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from ftstudio.jobs.events import Event, Notice, Started, Step, Validation
from ftstudio.jobs.reward_watch import RewardWatch, is_of_reward

Curve = Callable[[float], float]  # share of the run -> figure

HEALTHY: dict[str, Curve] = {
    "reward": lambda x: 0.3 + 0.5 * (1 - math.exp(-4 * x)),
    "kl": lambda x: 4 * (1 - math.exp(-3 * x)),
    "length": lambda x: 20 + 6 * x,
    "entropy": lambda x: 0.9 - 0.35 * x,
}


def run(
    steps: int = 60, seed: int = 1, held_out: Curve | None = None, noise: float = 0.1,
    **changed: Curve,
) -> list[Event]:  # fmt: skip
    chance = random.Random(seed)
    curves = {**HEALTHY, **changed}
    unseen = held_out or curves["reward"]

    def shaken(value: float) -> float:
        return value * (1 + noise * chance.gauss(0, 1))

    events: list[Event] = []
    for step in range(steps + 1):
        share = step / steps
        if step:
            metrics = {name: shaken(curve(share)) for name, curve in curves.items()}
            events.append(
                Step(
                    step=step, epoch=share, loss=0.0, learning_rate=1e-3, grad_norm=1.0,
                    tokens_per_second=1.0, metrics=metrics,
                )
            )  # fmt: skip
        if step % 10 == 0:
            reward = unseen(share) + 0.03 * chance.gauss(0, 1)
            events.append(Validation(step=step, loss=-reward, metrics={"reward": reward}))
    return events


def test_no_alarm_on_a_hundred_healthy_runs() -> None:
    assert [seed for seed in range(100) if RewardWatch().hear(run(seed=seed, noise=0.2))] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"reward": lambda x: 0.5},  # nothing is gained
        {"reward": lambda x: 0.5, "length": lambda x: 20 + 60 * x},  # nor by growing
        {"kl": lambda x: 18 * (1 - math.exp(-9 * x))},  # far, but held there
    ],
)
def test_no_alarm_where_the_reward_is_not_bought(changed: dict[str, Curve]) -> None:
    assert [
        seed for seed in range(40) if RewardWatch().hear(run(seed=seed, noise=0.02, **changed))
    ] == []


def told(events: list[Event]) -> str:
    (notice,) = RewardWatch().hear(events)
    assert isinstance(notice, Notice)
    assert notice.level == "warning"
    assert notice.why
    assert notice.remedy
    return notice.what


@pytest.mark.parametrize("seed", range(5))
def test_each_sign_by_itself(seed: int) -> None:
    assert "far from" in told(run(seed=seed, noise=0.05, kl=lambda x: 40 * x))
    assert "length" in told(run(seed=seed, length=lambda x: 20 + 60 * x))
    assert "length" in told(run(seed=seed, length=lambda x: 20 - 16 * x))
    assert "alike" in told(run(seed=seed, entropy=lambda x: 0.9 - 0.8 * x))
    falls = run(seed=seed, held_out=lambda x: 0.3 + 0.4 * math.sin(math.pi * min(1, 1.1 * x)))
    assert "unseen" in told(falls)


def test_a_long_run_off_is_told_once() -> None:
    watched = RewardWatch()
    events = run(steps=100, length=lambda x: 20 + 100 * x)
    found = [notice for event in events for notice in watched.hear([event])]
    assert len(found) == 1


def test_steps_that_were_undone_count_for_nothing() -> None:
    """Killed at step 59 while its answers grew, it goes on from step 20 and stays well."""
    grown = run(noise=0.05, length=lambda x: 20 + 60 * max(0.0, x - 0.33))
    lost = [e for e in grown if e.step < 60]  # type: ignore[union-attr]
    well = [e for e in run(noise=0.05) if e.step > 20]  # type: ignore[union-attr]
    began = [Started(pid=1, device="cpu"), Started(pid=2, device="cpu", resumed_at=20)]
    watched = RewardWatch()
    watched.hear([began[0], *lost, began[1]])
    assert watched.hear(well) == []
    steps = [step.step for step in watched._steps]
    assert steps == list(range(1, 61))
    looks = [look.step for look in watched._looks]
    assert looks == list(range(0, 61, 10))


def test_other_runs_are_not_watched() -> None:
    plain = [
        Step(step=i, epoch=0, loss=1, learning_rate=1, grad_norm=1, tokens_per_second=1)
        for i in range(50)
    ]
    assert RewardWatch().hear(plain) == []


def test_its_own_words_are_known_again() -> None:
    (notice,) = RewardWatch().hear(run(seed=3, length=lambda x: 20 + 60 * x))
    assert is_of_reward(Notice.model_validate_json(notice.model_dump_json()))
    assert not is_of_reward(Notice(level="warning", what="Memory ran short."))
