"""Without an NVIDIA card the tests marked `gpu` are skipped, saying so; what needs none, runs."""

from __future__ import annotations

import pytest

from ftstudio.gpu.cards import list_cards


@pytest.fixture
def card():
    cards = list_cards()
    if not cards:
        pytest.skip("no NVIDIA card on this machine")
    return cards[0]


@pytest.fixture(autouse=True)
def only_with_a_card(request):
    if request.node.get_closest_marker("gpu"):
        request.getfixturevalue("card")
