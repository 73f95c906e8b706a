from types import SimpleNamespace

from ftstudio.gpu.cards import Card
from ftstudio.planning import machine


def card(index, free):
    return Card(index, "NVIDIA GeForce RTX 4090", 24 * 10**9, free, "Ada", "570")


def test_without_a_card_the_processor(monkeypatch):
    monkeypatch.setattr(machine, "list_cards", list)
    made = machine.this_machine()
    assert made.device == "cpu"
    assert 0 < made.free_bytes <= made.total_bytes
    assert made.cores >= 1


def test_the_card_with_the_most_free_memory(monkeypatch):
    monkeypatch.setattr(machine, "list_cards", lambda: [card(0, 5), card(1, 20 * 10**9)])
    held = [("firefox", 900_000_000), ("panel", 3_000_000)]
    monkeypatch.setattr(machine, "usage", lambda index: SimpleNamespace(others=held))
    made = machine.this_machine()
    assert (made.device, made.name, made.free_bytes) == ("cuda", "RTX 4090", 20 * 10**9)
    assert made.others == (("firefox", 900_000_000),)


def test_only_the_cards_that_may_be_used_count(monkeypatch):
    monkeypatch.setattr(machine, "list_cards", lambda: [card(0, 5), card(1, 9), card(2, 7)])
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert machine.freest_card().index == 1
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0, 2")
    assert machine.freest_card().index == 2
