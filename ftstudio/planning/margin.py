"""How much air a memory figure is shown with: much at first, what a card's runs justify later."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ftstudio.core.units import format_bytes

# Held against published peaks: with these none of 59 was shown too low, on the same figures that
# they were chosen on.
SHARE, EAGER_SHARE = 0.02, 0.08
LEAST = 256 * 2**20
RUNS_NEEDED = 5
OF_MARGIN = " of margin"  # by these words its sentence is known
# What five runs can't have seen: the driver's pages, one segment more.
_LEARNED_SHARE, _LEARNED_LEAST = 0.005, 64 * 2**20
_MOST_SHARE = 0.5  # one broken record shall not make every plan impossible
_QUANTILE = 0.99


@dataclass(frozen=True)
class Margin:
    bytes: int
    why: str


def margin(peak: int, eager: bool = False, residuals: Sequence[float] = ()) -> Margin:
    """For a peak without margin. `residuals`: of each finished run on this card that was foretold
    the same way, its measured peak over the foretold one, less one."""
    usable = [one for one in residuals if math.isfinite(one)]
    if len(usable) < RUNS_NEEDED:
        return _at_first(peak, eager, len(usable))
    worst = upper_quantile(usable)
    share = min(_MOST_SHARE, max(_LEARNED_SHARE, worst))
    size = max(int(share * peak), _LEARNED_LEAST)
    return Margin(
        size,
        f"{format_bytes(size)}{OF_MARGIN}, from {len(usable)} finished runs here: they "
        f"took {_per_cent(worst)} of what was foretold at most.",
    )


def upper_quantile(values: Sequence[float], quantile: float = _QUANTILE) -> float:
    """By nearest rank: of fewer than a hundred values it is the highest."""
    ordered = sorted(values)
    return ordered[min(len(ordered), math.ceil(quantile * len(ordered))) - 1]


def _at_first(peak: int, eager: bool, runs: int) -> Margin:
    share = EAGER_SHARE if eager else SHARE
    size = max(int(share * peak), LEAST)
    why = f"{format_bytes(size)}{OF_MARGIN}: " + (
        f"it is fitted once {RUNS_NEEDED} runs have finished here; {runs} so far."
        if runs
        else "there is no run here yet that it could be fitted to."
    )
    return Margin(size, why)


def _per_cent(residual: float) -> str:
    return f"{100 * (1 + residual):.1f} %"
