"""A worker computes on the card that the plan was made for, offline and without secrets."""

from __future__ import annotations

import os

import pytest

from ftstudio.gpu.cards import Card
from ftstudio.planning import machine
from ftstudio.worker.environment import settle


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy: what `settle` sets is gone after the test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    os.environ.pop("CUDA_DEVICE_ORDER", None)


@pytest.fixture
def two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Card(0, "NVIDIA T400", 4 * 10**9, 3 * 10**9, "Turing", "570")
    large = Card(1, "NVIDIA RTX 4090", 24 * 10**9, 20 * 10**9, "Ada", "570")
    monkeypatch.setattr(machine, "list_cards", lambda: [small, large])


def test_the_planned_card_is_the_one_that_works(two_cards: None) -> None:
    settle()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "1"
    assert os.environ["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert machine.this_machine().name == "RTX 4090"


@pytest.mark.parametrize(
    ("named", "taken"), [("0", "0"), ("0,1", "1"), ("", ""), ("GPU-1234", "GPU-1234")]
)
def test_what_someone_chose_is_kept_to(two_cards: None, named: str, taken: str) -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = named
    settle()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == taken


def test_without_a_card_that_answers_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "list_cards", list)
    settle()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0"


def test_offline_and_without_the_token() -> None:
    os.environ["HF_TOKEN"] = "secret"
    settle()
    assert "HF_TOKEN" not in os.environ
    assert os.environ["HF_HUB_OFFLINE"] == "1"
