"""Without an NVIDIA card these tests are skipped, saying so."""

from __future__ import annotations

import pytest

from ftstudio.gpu.cards import list_cards


@pytest.fixture(autouse=True)
def card():
    cards = list_cards()
    if not cards:
        pytest.skip("no NVIDIA card on this machine")
    return cards[0]
