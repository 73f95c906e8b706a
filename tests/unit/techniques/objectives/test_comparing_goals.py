"""GRPO and RLOO as goals: true runs of the worker on the tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.data.versions.library import DatasetVersion
from tests import scored
from tests.nursery import Nursery

pytestmark = pytest.mark.parametrize("goal", ["grpo", "rloo"])


@pytest.mark.parametrize("method", ["lora", "full"])
def test_it_trains(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery, goal: str, method: str
) -> None:
    how = {"method": method, "method_params": {}, "params": {"group": 4}}
    training = {"epochs": 0.2}
    job = scored.make_run(tmp_path / "jobs", tiny, deliveries, goal, training=training, **how)
    scored.check_run(job, nursery)


def test_a_group_that_does_not_divide_the_batch(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery, goal: str
) -> None:
    training = {"epochs": 0.1, "batch_size": 3, "accumulation": 1}
    job = scored.make_run(
        tmp_path / "jobs", tiny, deliveries, goal, training=training, params={"group": 4}
    )
    scored.check_run(job, nursery)


def test_a_killed_run_goes_on_exactly(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery, goal: str
) -> None:
    """Within the second pass over the questions, too."""
    training = {"epochs": 0.3, "checks_per_epoch": 20}
    whole, cut = (
        scored.make_run(
            tmp_path / name, tiny, deliveries, goal, params={"group": 4}, training=training
        )
        for name in ("whole", "cut")
    )
    scored.check_goes_on_exactly(whole, cut, nursery, at=4)


@pytest.mark.parametrize(
    ("accumulation", "group", "epochs", "looks", "at"), [(1, 8, 0.1, 50, 7), (3, 4, 0.3, 30, 6)]
)
def test_a_run_killed_among_the_steps_of_a_round_goes_on_exactly(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, nursery: Nursery, goal: str,
    accumulation: int, group: int, epochs: float, looks: int, at: int,
) -> None:  # fmt: skip
    """The last version is of step 6 of rounds of four, or of step 5 of rounds of two."""
    training = {
        "epochs": epochs, "batch_size": 2, "accumulation": accumulation, "checks_per_epoch": looks,
    }  # fmt: skip
    whole, cut = (
        scored.make_run(
            tmp_path / name, tiny, deliveries, goal, params={"group": group}, training=training
        )
        for name in ("whole", "cut")
    )
    scored.check_goes_on_exactly(whole, cut, nursery, at=at)
