"""A run that broke down is started anew with the one change that meets its cause."""

from __future__ import annotations

import pytest

from ftstudio.ui.monitor.way_on import way_on
from tests.gui import canned_job


def plan(**training: object):
    made = canned_job.plan()
    return made.model_copy(update={"training": made.training.model_copy(update=training)})


@pytest.mark.parametrize(("at_once", "times", "fewer", "more"), [(4, 2, 2, 4), (3, 1, 1, 3)])
def test_out_of_memory_takes_fewer_at_a_time_and_as_many_a_step(at_once, times, fewer, more):
    way = way_on("out_of_memory", True, plan(batch_size=at_once, accumulation=times))
    assert way is not None
    assert way.kind == "fewer at a time"
    assert way.changes == {"training": {"batch_size": fewer, "accumulation": more}}


def test_with_one_at_a_time_there_is_no_fewer():
    assert way_on("out_of_memory", True, plan(batch_size=1)) is None
    way = way_on("out_of_memory", False, plan(batch_size=1))
    assert way is not None
    assert way.kind == "same"


def test_a_loss_that_is_no_number_takes_smaller_steps():
    way = way_on("not_a_number", True, plan(learning_rate=2e-4))
    assert way is not None
    assert way.changes == {"training": {"learning_rate": 4e-05}}


def test_where_it_can_be_gone_on_nothing_else_is_offered():
    assert way_on("disk_full", True, plan()) is None
    assert way_on("disk_full", True, None) is None


def test_without_a_save_it_is_started_again_as_it_was():
    way = way_on("gone", False, plan())
    assert way is not None
    assert (way.kind, way.changes) == ("same", {})
    assert way_on("gone", False, None) is None
