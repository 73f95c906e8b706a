"""Stops an act at one tick after another: it must end there and then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ftstudio.core.errors import Cancelled

Tell = Callable[[float], None]


def stops_wherever(act: Callable[[Tell], object], fewest: int) -> int:
    """`act` is done once as a whole, and then stopped at its first tick, its last, and some in
    between. `fewest`: ticks below which it would be deaf for too long. The ticks there were."""
    whole = _ticks(act, None)
    assert whole >= fewest, f"only {whole} ticks"
    for at in sorted({1, whole // 4, whole // 2, 3 * whole // 4, whole} - {0}):
        assert _ticks(act, at) == at
    return whole


def _ticks(act: Callable[[Tell], object], last: int | None) -> int:
    count = 0

    def tell(share: float) -> None:
        nonlocal count
        count += 1
        if count == last:
            raise Cancelled

    if last is None:
        act(tell)
    else:
        with pytest.raises(Cancelled):
            act(tell)
    return count
