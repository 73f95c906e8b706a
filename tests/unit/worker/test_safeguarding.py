"""Protected runs of the true worker: what joins, what is measured, and that they resume exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest
from safetensors import safe_open

from ftstudio.adapters.card import read_card
from ftstudio.core.example import Example
from ftstudio.core.plan import DatasetRef
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Failed, Finished, Notice, Phase, Ready, Step, Stopped, Validation
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.launch import send
from tests import models, taste
from tests.nursery import Nursery

E = TypeVar("E")


def of(job: JobFolder, kind: type[E]) -> list[E]:
    return [event for event in models.events_of(job) if isinstance(event, kind)]


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    home = tmp_path_factory.mktemp("earlier") / "dataset"
    return models.tiny_dataset(home, examples=models.make_examples(26, 11))


def guard(dataset: DatasetVersion, key: str, **params: Any) -> dict[str, Any]:
    ref = DatasetRef(id=dataset.id, path=str(dataset.path), name=dataset.name)
    return {"key": key, "params": params, "dataset": ref}


@pytest.fixture
def make(tmp_path: Path, tiny: Path, deliveries: DatasetVersion) -> Any:
    def make(name: str, *guards: dict[str, Any], **changes: Any) -> JobFolder:
        plan = models.make_plan(
            tiny, changes.pop("learned", deliveries), safeguards=list(guards), **changes
        )
        return models.make_job(tmp_path / name, plan)

    return make


def losses(job: JobFolder) -> dict[int, float]:
    return {step.step: step.loss for step in of(job, Step)}


def test_rehearsal_joins_rows_and_shows_what_is_forgotten(
    make: Any, earlier: DatasetVersion, nursery: Nursery
) -> None:
    job = make("a", guard(earlier, "replay", share=0.5))
    assert nursery.run(job.path) == 0, job.log.read_text()
    (ready,) = of(job, Ready)
    assert (ready.train_rows, ready.validation_rows) == (60, 6)
    looks = of(job, Validation)
    assert all(look.metrics["general"] > 0 for look in looks)
    (last,) = of(job, Finished)
    assert last.scores["general_before"] == pytest.approx(looks[0].metrics["general"], abs=1e-4)
    best = next(v for v in looks if v.step == last.best_step)
    assert last.scores["general_after"] == pytest.approx(best.metrics["general"], abs=1e-4)
    assert read_card(job.output).scores["general_after"] == last.scores["general_after"]


@pytest.mark.parametrize("method", ["lora", "full"])
def test_held_weights_move_less_and_a_killed_run_goes_on_exactly(
    make: Any, earlier: DatasetVersion, nursery: Nursery, method: str
) -> None:
    how: dict[str, Any] = {"method": method, "method_params": {}, "training": {"accumulation": 2}}
    held = guard(earlier, "ewc", strength=3.0, rows=8)
    whole, cut, free = make("a", held, **how), make("b", held, **how), make("c", **how)
    assert nursery.run(whole.path) == 0, whole.log.read_text()
    assert nursery.run(cut.path, fault="kill@6") != 0
    (kept,) = cut.path.glob("safeguards/ewc-1.safetensors")
    with safe_open(str(kept), framework="np") as file:
        assert file.keys()
    measuring = [p for p in of(cut, Phase) if p.unit == "rows" and "Measuring" in p.text]
    assert [(p.done, p.total) for p in measuring] == [(0, 8), (8, 8)]
    assert nursery.run(cut.path) == 0
    assert len([p for p in of(cut, Phase) if "Measuring" in p.text]) == 2, "measured once"
    assert not (cut.path / "safeguards").exists(), "of no more use"
    assert models.weights_sum(cut.output) == models.weights_sum(whole.output)
    assert nursery.run(free.path) == 0
    assert losses(whole)[1] == pytest.approx(losses(free)[1], abs=1e-6), "nothing has moved yet"
    assert losses(whole)[10] > losses(free)[10]


def test_both_together_and_two_versions_of_earlier_data(
    make: Any, earlier: DatasetVersion, tmp_path: Path, nursery: Nursery
) -> None:
    other = models.tiny_dataset(tmp_path / "other", examples=models.make_examples(26, 12))
    job = make(
        "a", guard(earlier, "replay", share=0.25), guard(other, "replay", share=0.25),
        guard(earlier, "ewc", rows=4),
    )  # fmt: skip
    assert nursery.run(job.path) == 0, job.log.read_text()
    assert of(job, Ready)[0].train_rows == 60


def test_measuring_can_be_stopped(make: Any, earlier: DatasetVersion, nursery: Nursery) -> None:
    job = make("a", guard(earlier, "ewc", rows=20))
    pid = nursery.start(job.path)
    assert pid
    while not any("Measuring" in p.text for p in of(job, Phase)):
        assert not of(job, Failed), job.log.read_text()
    send(job, Stop(keep=False))
    assert nursery.wait() == 0
    assert [e.kept for e in of(job, Stopped)] == [False]
    assert not (job.path / "safeguards").exists()


def test_without_held_out_earlier_examples_it_says_so(
    make: Any, tmp_path: Path, nursery: Nursery
) -> None:
    bare = models.tiny_dataset(tmp_path / "bare", validation=0, train=20)
    job = make("a", guard(bare, "replay"))
    assert nursery.run(job.path) == 0
    assert any("is not measured" in notice.what for notice in of(job, Notice))
    assert all("general" not in look.metrics for look in of(job, Validation))


SCORED: dict[str, Any] = {
    "rewards": [{"key": "contains", "params": {"text": "a", "whole_words": False}}]
}


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    home = tmp_path_factory.mktemp("pairs") / "dataset"
    return models.tiny_dataset(home, examples=taste.make_pairs(26))


@pytest.fixture(scope="session")
def better(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    """The better answers of the pairs, as plain conversations."""
    told = [
        Example(messages=[*pair.messages, *(pair.chosen or [])], source_row=pair.source_row)
        for pair in taste.make_pairs(26)
    ]
    return models.tiny_dataset(tmp_path_factory.mktemp("better") / "dataset", examples=told)


@pytest.fixture(scope="session")
def marks(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    """Each better answer marked good, and after it its worse one marked bad."""
    told = []
    for pair in taste.make_pairs(26):
        for answer, good in ((pair.chosen, True), (pair.rejected, False)):
            told.append(
                Example(
                    messages=[*pair.messages, *(answer or [])], good=good,
                    source_row=pair.source_row,
                )
            )  # fmt: skip
    home = tmp_path_factory.mktemp("marks") / "dataset"
    return models.tiny_dataset(home, examples=told, validation=12)


@pytest.mark.parametrize(
    ("objective", "kind", "changes"),
    [
        ("dpo", "pairs", {"objective_params": {"ask_first": True}}),
        ("kto", "marks", {"objective_params": {"ask_first": True}}),
        ("ppo", "pairs", {"objective_params": {"answer_tokens": 8}, **SCORED}),
        ("grpo", "pairs", {"objective_params": {"answer_tokens": 8, "group": 4}, **SCORED}),
    ],
)
def test_every_goal_that_writes_is_asked_for_the_same_words(
    make: Any, pairs: DatasetVersion, better: DatasetVersion, marks: DatasetVersion,
    nursery: Nursery, objective: str, kind: str, changes: dict[str, Any],
) -> None:  # fmt: skip
    """Of the untouched model, what is shown is what plain learning would show of the good answers,
    whatever the goal itself compares or writes."""
    earlier = {"pairs": pairs, "marks": marks}[kind]
    training = {"epochs": 0.5, "sample_questions": 0}
    plain = make("plain", guard(better, "replay"), training={"epochs": 0.25})
    job = make(
        "judged", guard(earlier, "replay"), objective=objective, training=training,
        learned=earlier, **changes,
    )  # fmt: skip
    assert nursery.run(plain.path) == 0, plain.log.read_text()
    assert nursery.run(job.path) == 0, job.log.read_text()
    looks = of(job, Validation)
    first = of(plain, Validation)[0].metrics["general"]
    assert looks[0].metrics["general"] == pytest.approx(first, abs=1e-4)
    assert looks[-1].metrics["general"] != looks[0].metrics["general"]


@pytest.mark.parametrize(
    ("objective", "kind"),
    [("dpo", "pairs"), ("kto", "marks"), ("orpo", "pairs"), ("simpo", "pairs"),
     ("reward", "pairs")],
)  # fmt: skip
def test_what_a_look_shows_is_of_the_own_unseen_examples_alone(
    make: Any, pairs: DatasetVersion, marks: DatasetVersion, tmp_path: Path, nursery: Nursery,
    objective: str, kind: str,
) -> None:  # fmt: skip
    """A run that measures an earlier skill shows the figures of one that has nothing to measure."""
    own = {"pairs": pairs, "marks": marks}[kind]
    told = taste.make_pairs(26) if kind == "pairs" else taste.make_marks(26)
    seen = models.tiny_dataset(tmp_path / "seen", examples=told, validation=5)
    bare = models.tiny_dataset(tmp_path / "bare", examples=told[5:], validation=0)
    shown = []
    for earlier in (seen, bare):
        job = make(
            earlier.path.name, guard(earlier, "replay", share=0.5), objective=objective,
            training={"epochs": 0.5, "checks_per_epoch": 6, "sample_questions": 0},
            learned=own,
        )  # fmt: skip
        assert nursery.run(job.path) == 0, job.log.read_text()
        looks = of(job, Validation)
        assert len(looks) > 3
        assert all(("general" in look.metrics) == (earlier is seen) for look in looks)
        shown.append([{k: v for k, v in look.metrics.items() if k != "general"} for look in looks])
    assert shown[0] == shown[1]
    assert shown[0][0]


def test_marks_that_are_all_bad_show_no_skill(
    make: Any, tmp_path: Path, marks: DatasetVersion, nursery: Nursery
) -> None:
    bad = models.tiny_dataset(tmp_path / "bad", examples=taste.make_marks(26, every=1))
    job = make(
        "a", guard(bad, "replay"), objective="kto",
        learned=marks,
        training={"epochs": 0.25, "sample_questions": 0},
    )  # fmt: skip
    assert nursery.run(job.path) == 0, job.log.read_text()
    (notice,) = [notice for notice in of(job, Notice) if "is not measured" in notice.what]
    assert "good answer" in notice.why
    assert all("general" not in look.metrics for look in of(job, Validation))
