"""How much electricity a run takes: the card's measured power where runs were seen, else the
power its maker builds it for, as a range. Of the card alone, without the rest of the computer."""

from __future__ import annotations

from dataclasses import dataclass

from ftstudio.planning.card_kinds import kind_of
from ftstudio.planning.duration import Forecast
from ftstudio.planning.machine import Machine

_WORKING = ("train", "looks")  # the card idles while files are read and written
_AT_WORK_LEAST = 0.45  # of the board's power; assumed: a card that waits for memory takes less
_IDLE = 0.1  # likewise


@dataclass(frozen=True)
class Energy:
    """Watt-hours, and where they are from, in a sentence."""

    low: float
    high: float
    why: str


def energy(forecast: Forecast, machine: Machine, measured_watts: float = 0.0) -> Energy | None:
    """None where nothing is known of the power: on the processor, or an unknown card."""
    if machine.device == "cpu":
        return None
    if measured_watts > 0:
        return Energy(
            measured_watts * forecast.low / 3_600,
            measured_watts * forecast.high / 3_600,
            f"{measured_watts:.0f} W on average, as the runs before took on this card.",
        )
    kind = kind_of(machine.name, machine.architecture, machine.total_bytes)
    if kind is None:
        return None
    working = sum(forecast.phases.get(name, 0.0) for name in _WORKING)
    resting = forecast.middle - working
    below, above = forecast.low_by / forecast.spread, forecast.high_by * forecast.spread
    least = kind.watts * (_AT_WORK_LEAST * working + _IDLE * resting) * below
    most = kind.watts * (working + resting) * above
    whose = "this card" if "watts" not in kind.guessed else "cards like this one"
    return Energy(
        least / 3_600, most / 3_600, f"From the {kind.watts} W that {whose} may take at most."
    )


def format_energy(watt_hours: float) -> str:
    """12 Wh, 1.4 kWh."""
    if watt_hours < 999.5:
        return f"{watt_hours:.0f} Wh" if watt_hours >= 9.95 else f"{watt_hours:.1f} Wh"
    return f"{watt_hours / 1_000:.1f} kWh"
