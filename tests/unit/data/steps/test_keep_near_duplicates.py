"""The decision changes no row and settles the finding it is about."""

from ftstudio.data.steps.keep_near_duplicates import STEP
from tests.unit.data.steps.decided import demand_that_it_settles, demand_that_no_row_is_changed


def test_no_row_is_changed():
    demand_that_no_row_is_changed(STEP)


def test_it_settles_one_step():
    demand_that_it_settles(STEP, "mark_near_duplicates")
