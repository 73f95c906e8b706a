"""A tiny model, a small dataset, and what an undisturbed run makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ftstudio.jobs.events import Step
from ftstudio.jobs.folder import JobFolder
from tests import models
from tests.nursery import Nursery, nursery

__all__ = ["nursery"]


@dataclass(frozen=True)
class Undisturbed:
    """The result that every disturbed and resumed run must reach, to the bit."""

    weights: str
    losses: dict[int, float]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., JobFolder]:
    """Make one more job: the same plan each time, unless a dropout or other changes are given."""
    home = tmp_path_factory.mktemp("faults")
    model = models.tiny_model(home / "model")
    dataset = models.tiny_dataset(home / "dataset")

    def job(jobs: Path | None = None, **changes: object) -> JobFolder:
        plan = models.make_plan(model, dataset, **changes)
        return models.make_job(jobs or home / "jobs", plan)

    return job


@pytest.fixture(scope="session")
def undisturbed(make: Callable[..., JobFolder], nursery: Nursery) -> Undisturbed:
    job = make()
    assert nursery.run(job.path) == 0
    return what_came_of(job)


def what_came_of(job: JobFolder) -> Undisturbed:
    losses = {e.step: e.loss for e in models.events_of(job) if isinstance(e, Step)}
    return Undisturbed(models.weights_sum(job.output), losses)
