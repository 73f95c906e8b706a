"""All events fold into one answer."""

from __future__ import annotations

from ftstudio.jobs.events import (
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    Ready,
    Sample,
    Saved,
    Started,
    Step,
    Stopped,
    Validation,
)
from ftstudio.jobs.status import RunStatus, fold
from tests.counted import calls


def step(number: int, t: float = 0.0, left: float | None = 10.0) -> Step:
    return Step(
        t=t, step=number, epoch=number / 10, loss=2 - number / 100, learning_rate=1e-4,
        grad_norm=0.5, tokens_per_second=100.0, seconds_left=left,
    )  # fmt: skip


READY = Ready(
    total_steps=20, epochs=2, train_rows=80, validation_rows=8, trainable_parameters=10,
    all_parameters=100,
)  # fmt: skip
LIFE: list[Event] = [
    Started(t=100, pid=1, device="cpu", device_reason="There is no card."),
    Phase(t=101, name="loading", text="Loading the model"),
    READY.model_copy(update={"t": 102}),
    Validation(t=103, step=0, loss=3.0),
    step(1, t=104),
    step(10, t=110),
    Validation(t=111, step=10, loss=2.0, best=True),
    Sample(t=112, step=10, index=0, question="q", answer="a", reference="r"),
    Saved(t=112, step=10, path="checkpoints/step-10", best=True),
    step(14, t=114),
    Validation(t=115, step=14, loss=1.5, best=True),
]


def test_nothing_said_is_waiting() -> None:
    assert fold([]).state == "waiting"


def test_a_running_life() -> None:
    status = fold(LIFE)
    assert (status.state, status.step, status.total_steps, status.progress) == (
        "running", 14, 20, 0.7,
    )  # fmt: skip
    assert (status.first_loss, status.best_loss, status.best_step) == (3.0, 1.5, 14)
    assert status.seconds_left == 10.0
    assert not status.is_over


def test_finished() -> None:
    end = Finished(t=120, step=20, scores={"validation_loss": 1.5}, shelf_id="x-1")
    status = fold([*LIFE, end])
    assert (status.state, status.shelf_id, status.progress) == ("finished", "x-1", 1.0)
    assert (status.started, status.ended, status.seconds_left) == (100, 120, None)
    assert status.active_seconds == 20


def test_stopped_keeps_or_discards() -> None:
    assert fold([*LIFE, Stopped(step=14, kept=True)]).output == "output"
    assert fold([*LIFE, Stopped(step=14, kept=False)]).output == ""


def test_what_a_crashed_life_said_after_its_checkpoint_is_void() -> None:
    death = Failed(t=116, what="w", why="y", remedy="r", code="died_memory", resumable=True)
    crashed = fold([*LIFE, death])
    assert (crashed.state, crashed.can_resume) == ("interrupted", True)
    crashed.apply(Started(t=200, pid=2, device="cpu", resumed_at=10))
    assert (crashed.state, crashed.step, crashed.resumed_at, crashed.lives) == (
        "running", 10, 10, 2,
    )  # fmt: skip
    assert (crashed.best_loss, crashed.error) == (2.0, None)
    crashed.apply(step(11, t=203))
    assert crashed.step == 11


def test_time_spent_paused_is_not_counted() -> None:
    status = fold([*LIFE, Paused(t=120, step=14), Started(t=1000, pid=2, device="cpu")])
    status.apply(step(15, t=1005))
    assert status.active_seconds == 25


def test_a_failure_that_the_worker_told_is_not_an_interruption() -> None:
    told = Failed(what="w", why="y", remedy="r", code="nan_loss")
    assert fold([*LIFE, told]).state == "failed"


def test_one_at_a_time_is_the_same_as_all_at_once() -> None:
    status = RunStatus()
    for event in LIFE:
        status.apply(event)
    assert status == fold(LIFE)


def test_an_event_costs_the_same_however_many_came_before() -> None:
    few, many = ([step(number, t=number) for number in range(n)] for n in (1_000, 20_000))
    assert calls(lambda: fold(many)) <= 20 * calls(lambda: fold(few))
    assert calls(lambda: fold(few)) < 10 * len(few)  # 4 calls an event


def test_other_figures_are_kept_and_the_worker_judges() -> None:
    looks: list[Event] = [
        Validation(step=0, loss=1.0, metrics={"reward": 0.1}),
        Validation(step=5, loss=0.9, metrics={"reward": 0.6}, best=True),
        Validation(step=10, loss=0.8, metrics={"reward": 0.4}),
    ]
    told = step(11).model_copy(update={"metrics": {"kl": 2.0}})
    status = fold([LIFE[0], *looks, told, step(12)])
    assert status.best_step == 5  # by its reward, not by its loss
    assert [look.metrics["reward"] for look in status.looks] == [0.1, 0.6, 0.4]
    assert status.metrics == {"kl": 2.0}
    status.apply(Started(pid=2, device="cpu", resumed_at=5))
    assert [look.step for look in status.looks] == [0, 5]
