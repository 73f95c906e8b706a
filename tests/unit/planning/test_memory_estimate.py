"""The answer: its figures follow from its parts, and it comes back from JSON as it was."""

import json

import pytest

from ftstudio.planning.memory_estimate import PARTS, MemoryEstimate


def test_figures_follow_from_the_parts():
    made = MemoryEstimate({"model": 100, "context": 20, "margin": 7}, ram={"process": 5})
    assert tuple(made.parts) == PARTS
    assert (made.shown, made.peak, made.least) == (127, 120, 120)
    assert (made.low, made.high, made.ram_total) == (127, 127, 5)


def test_what_is_added_moves_every_figure():
    made = MemoryEstimate({"model": 100, "margin": 7}, least=90, low=95, high=140)
    more = made.plus("optimizer", 10)
    assert more.parts["optimizer"] == 10
    assert (more.shown, more.peak, more.least, more.low, more.high) == (117, 110, 100, 105, 150)
    assert made.shown == 107
    assert made.plus("margin", 10).least == 90


def test_it_comes_back_from_json():
    made = MemoryEstimate({"model": 1}, 3, {"process": 4}, "exact", 1, 9, ["Two steps were run."])
    data = json.loads(json.dumps(made.dump()))
    assert (data["shown"], data["peak"], data["ram_total"]) == (1, 1, 4)
    assert MemoryEstimate.load(data) == made


def test_what_is_no_part_is_refused():
    with pytest.raises(ValueError, match="reserve"):
        MemoryEstimate({"reserve": 1})
    with pytest.raises(KeyError):
        MemoryEstimate.load({})


@pytest.mark.parametrize(
    "damage",
    [
        {"parts": {"model": "much"}}, {"parts": {"model": float("inf")}}, {"parts": 3},
        {"ram": {"process": None}}, {"least": "x"}, {"high": 1.5}, {"how": "guessed"},
        {"how": []}, {"why": "no list"}, {"why": [3]},
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(damage):
    whole = MemoryEstimate({"model": 1}).dump()
    with pytest.raises((ValueError, TypeError)):
        MemoryEstimate.load({**whole, **damage})
