"""A record built from events: the same for a live run and for one read again."""

from __future__ import annotations

from ftstudio.core.objective import Judge
from ftstudio.jobs.events import Event, Sample, Started, Step, Validation
from ftstudio.ui.monitor.run_record import RunRecord
from tests.gui import canned_job


def events() -> list[Event]:
    return [*canned_job.opening(), *canned_job.curve(1, 200)]


def test_curves_answers_and_status_come_from_the_events() -> None:
    record = RunRecord()
    record.apply(events())
    assert record.series.steps.tolist() == list(range(1, 201))
    assert [step for step, _ in record.series.validation] == [0, 50, 100, 150, 200]
    assert record.memory.steps.tolist() == list(range(1, 201))
    assert set(record.memory.losses) == {1_900_000_000}
    assert sorted(record.samples[0].answers) == [0, 50, 100, 150, 200]
    assert record.samples[1].question == "Where is parcel 7731?"
    assert record.status.step == 200
    assert record.judgement().tone == "ok"


def test_piece_by_piece_is_the_same_as_at_once() -> None:
    whole, pieces = RunRecord(), RunRecord()
    all_of_it = events()
    whole.apply(all_of_it)
    for start in range(0, len(all_of_it), 7):
        pieces.apply(all_of_it[start : start + 7])
    assert pieces.status == whole.status
    assert pieces.samples == whole.samples
    assert pieces.series.losses.tolist() == whole.series.losses.tolist()
    assert pieces.series.validation == whole.series.validation


def test_a_resumed_life_replaces_the_steps_after_its_checkpoint() -> None:
    record = RunRecord()
    record.apply(events())
    record.apply([Started(pid=2, device="cpu", resumed_at=150), *canned_job.curve(151, 180)])
    assert record.series.steps.tolist() == list(range(1, 181))
    assert record.memory.steps.tolist() == list(range(1, 181))
    assert [step for step, _ in record.series.validation] == [0, 50, 100, 150]
    assert sorted(record.samples[0].answers) == [0, 50, 100, 150]


def test_starting_over_begins_with_an_empty_curve() -> None:
    record = RunRecord()
    record.apply(events())
    record.apply([Started(pid=2, device="cpu", resumed_at=0)])
    assert len(record.series) == 0
    assert record.series.validation == []
    record.apply([Sample(step=0, index=0, question="q", answer="a", reference="r")])
    assert record.samples[0].answers == {0: "a"}


def step(number: int, speed: float) -> Step:
    return Step(step=number, epoch=0, loss=1, learning_rate=0, grad_norm=0,
                tokens_per_second=speed)  # fmt: skip


def test_slow_is_measured_against_the_runs_own_speed() -> None:
    record = RunRecord()
    record.apply([step(n, 1000.0) for n in range(1, 40)])
    assert not record.speed_is_low()
    record.apply([step(n, 300.0) for n in range(40, 46)])
    assert record.speed_is_low()


def test_until_its_second_look_a_figure_of_looks_leaves_the_word_to_the_loss() -> None:
    record = RunRecord(judge=Judge(key="macro_f1", better="more"))
    record.apply(events())
    record.apply([Validation(step=0, loss=2, metrics={"macro_f1": 0.1})])
    assert record.judgement().kind == "falling"
    record.apply([Validation(step=200, loss=1, metrics={"macro_f1": 0.8})])
    assert record.judgement().kind == "gaining"
