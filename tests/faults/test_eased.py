"""A run that ran out of memory goes on with less a step, and learns what it would have learned."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ftstudio.jobs.easing import ease
from ftstudio.jobs.events import Failed, Finished, Started
from ftstudio.jobs.folder import JobFolder
from tests import models
from tests.faults.conftest import Undisturbed, what_came_of
from tests.nursery import Nursery


@pytest.mark.parametrize(
    "changes",
    [
        {"batch_size": 2, "accumulation": 2},
        {"batch_size": 1, "accumulation": 4, "activation_checkpointing": "full"},
    ],
    ids=["fewer at a time", "one at a time, computed twice"],
)
def test_it_goes_on_where_it_was_and_learns_the_same(
    make: Callable[..., JobFolder], nursery: Nursery, undisturbed: Undisturbed,
    changes: dict[str, object],
) -> None:  # fmt: skip
    job = make()
    assert nursery.run(job.path, "oom@14") == 17
    failed = models.events_of(job)[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "out_of_memory"
    before = foretold(job)
    ease(job, changes)
    assert nursery.run(job.path) == 0
    events = models.events_of(job)
    assert isinstance(events[-1], Finished)
    assert [e.resumed_at for e in events if isinstance(e, Started)][-1] > 0
    assert foretold(job) < before  # of what is really trained
    losses = what_came_of(job).losses
    assert losses.keys() == undisturbed.losses.keys()
    for step, loss in undisturbed.losses.items():
        assert losses[step] == pytest.approx(loss, rel=1e-3), step


def foretold(job: JobFolder) -> int:
    parts = json.loads((job.path / "estimate.json").read_text("utf-8"))["parts"]
    return int(parts["activations"])
