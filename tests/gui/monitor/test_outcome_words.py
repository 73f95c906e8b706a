"""What is said of a run that is over goes by the figure its goal is judged by."""

from __future__ import annotations

from ftstudio.jobs.events import Validation
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.monitor.outcome_words import in_a_line, of_a_finished_run, outcome


def status(*looks: tuple[int, float, dict[str, float]], best: int) -> RunStatus:
    made = RunStatus()
    for step, loss, metrics in looks:
        made.apply(Validation(step=step, loss=loss, metrics=metrics, best=step == best))
    return made


def test_labels_are_told_by_their_hits_and_not_by_the_loss():
    run = status(
        (0, 4.3, {"macro_f1": 0.02}), (10, 1.2, {"macro_f1": 0.61}), (20, 1.1, {"macro_f1": 0.58}),
        best=10,
    )  # fmt: skip
    assert in_a_line(run, "classify") == (
        "Hits, all classes alike (macro-F1) on unseen examples 0.61, 0.02 before"
    )
    words, tone = of_a_finished_run(run, "classify")
    assert "from 0.02 to 0.61" in words
    assert "step 10" in words
    assert tone == "ok"


def test_a_falling_loss_is_no_success_where_hits_fell():
    run = status((0, 4.3, {"macro_f1": 0.5}), (10, 1.2, {"macro_f1": 0.4}), best=10)
    assert of_a_finished_run(run, "classify")[1] == "warn"


def test_fewer_errors_are_better_for_numbers():
    run = status((0, 9.0, {"rmse": 3.0}), (10, 2.0, {"rmse": 1.5}), best=10)
    found = outcome(run, "score")
    assert found is not None
    assert found.better
    assert of_a_finished_run(run, "score")[1] == "ok"


def test_answers_are_told_by_the_loss():
    run = status((0, 4.0, {}), (10, 2.0, {}), best=10)
    assert outcome(run, "instruct") is None
    assert in_a_line(run, "instruct") == "loss on unseen examples 2.00, 50 % less than before"
    assert "from 4.00 to 2.00, 50 % less" in of_a_finished_run(run, "instruct")[0]


def test_one_look_only_claims_no_change():
    run = status((10, 2.0, {"macro_f1": 0.4}), best=10)
    assert "before" not in in_a_line(run, "classify")
