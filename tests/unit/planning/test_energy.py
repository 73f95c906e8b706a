"""Electricity: from what was measured, else a range from the board's power, else nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ftstudio.planning.duration import Forecast
from ftstudio.planning.energy import energy, format_energy
from ftstudio.planning.machine import Machine
from ftstudio.planning.schedule import Schedule

CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 21 * 10**9, 8, "Ada")
HOUR = Forecast({"start": 0, "train": 3_000, "looks": 600}, Schedule(9, 1, 9), 1.2)


def test_measured_power_is_taken_as_it_is() -> None:
    made = energy(HOUR, CARD, measured_watts=300)
    assert made is not None
    assert made.low == pytest.approx(250)
    assert made.high == pytest.approx(360)
    assert "300 W" in made.why


def test_the_boards_power_bounds_what_was_never_measured() -> None:
    made = energy(HOUR, CARD)
    assert made is not None
    assert made.high == pytest.approx(450 * 1.2)  # all the time at its limit
    assert 0 < made.low < 450 * 0.5
    assert "450 W" in made.why
    like = energy(HOUR, replace(CARD, name="RTX 4090 Laptop GPU"))
    assert like is not None
    assert "cards like this one" in like.why


def test_loading_takes_less_than_training() -> None:
    resting = replace(HOUR, phases={"load": 3_600})
    made, working = energy(resting, CARD), energy(HOUR, CARD)
    assert made is not None
    assert working is not None
    assert made.low < working.low / 3


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert energy(HOUR, replace(CARD, device="cpu")) is None
    assert energy(HOUR, replace(CARD, name="Moon card", architecture="")) is None


@pytest.mark.parametrize(
    ("watt_hours", "words"),
    [(0.04, "0.0 Wh"), (3.21, "3.2 Wh"), (42.4, "42 Wh"), (999.6, "1.0 kWh"), (1_440, "1.4 kWh")],
)
def test_words(watt_hours: float, words: str) -> None:
    assert format_energy(watt_hours) == words
