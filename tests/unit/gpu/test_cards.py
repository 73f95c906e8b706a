from types import SimpleNamespace

import pytest

from ftstudio.gpu import cards, nvml


class FakeNvml:
    """Two cards, of which the second does not answer."""

    class NVMLError(Exception):
        pass

    def __init__(self, capability=(8, 9)):
        self.capability = capability

    def nvmlSystemGetDriverVersion(self):
        return b"570.86"

    def nvmlDeviceGetCount(self):
        return 2

    def nvmlDeviceGetHandleByIndex(self, index):
        if index == 1:
            raise self.NVMLError("card has fallen off the bus")
        return index

    def nvmlDeviceGetMemoryInfo(self, handle):
        return SimpleNamespace(free=21_400_000_000, total=24_000_000_000, used=2_600_000_000)

    def nvmlDeviceGetName(self, handle):
        return "NVIDIA GeForce RTX 4090"

    def nvmlDeviceGetCudaComputeCapability(self, handle):
        if self.capability is None:
            raise self.NVMLError("not supported")
        return self.capability


def test_without_a_driver_there_are_none(monkeypatch):
    monkeypatch.setattr(cards, "open_nvml", lambda: None)
    assert cards.list_cards() == []


def test_a_card_that_does_not_answer_is_left_out(monkeypatch):
    monkeypatch.setattr(cards, "open_nvml", FakeNvml)
    (card,) = cards.list_cards()
    assert (card.index, card.short_name, card.driver) == (0, "RTX 4090", "570.86")
    assert (card.free_bytes, card.total_bytes) == (21_400_000_000, 24_000_000_000)


@pytest.mark.parametrize(
    ("capability", "name"),
    [((8, 9), "Ada"), ((8, 6), "Ampere"), ((9, 0), "Hopper"), ((12, 0), "Blackwell"),
     ((3, 5), ""), (None, "")],
)  # fmt: skip
def test_architectures(monkeypatch, capability, name):
    monkeypatch.setattr(cards, "open_nvml", lambda: FakeNvml(capability))
    assert cards.list_cards()[0].architecture == name


def test_text_of_either_kind():
    assert nvml.as_text(b"a") == nvml.as_text("a") == "a"
