import os
from types import SimpleNamespace

from ftstudio.gpu import usage


class FakeNvml:
    class NVMLError(Exception):
        pass

    def nvmlDeviceGetHandleByIndex(self, index):
        if index:
            raise self.NVMLError("no such card")
        return index

    def nvmlDeviceGetMemoryInfo(self, handle):
        return SimpleNamespace(free=1, total=10, used=9)

    def nvmlDeviceGetUtilizationRates(self, handle):
        return SimpleNamespace(gpu=97)

    def nvmlDeviceGetPowerUsage(self, handle):
        return 412_500

    def nvmlDeviceGetTemperature(self, handle, sensor):
        raise self.NVMLError("not supported")

    def nvmlDeviceGetHandleByUUID(self, uuid):
        if not uuid.startswith("GPU-"):
            raise self.NVMLError("no such card")
        return uuid

    def nvmlDeviceGetCount(self):
        return 2

    def nvmlDeviceGetUUID(self, handle):
        return b"GPU-1-2"

    def nvmlDeviceGetTotalEnergyConsumption(self, handle):
        return 7_500

    def nvmlDeviceGetComputeRunningProcesses(self, handle):
        return [SimpleNamespace(pid=os.getpid(), usedGpuMemory=5)]

    def nvmlDeviceGetGraphicsRunningProcesses(self, handle):
        return [SimpleNamespace(pid=2**30, usedGpuMemory=7),
                SimpleNamespace(pid=os.getpid(), usedGpuMemory=None)]  # fmt: skip


def test_what_a_card_tells(monkeypatch):
    monkeypatch.setattr(usage, "open_nvml", FakeNvml)
    now = usage.usage(0)
    assert (now.percent, now.used, now.total, now.watts) == (97, 9, 10, 412.5)
    assert now.celsius is None
    assert [size for _name, size in now.others] == [7, 5]
    assert now.others[0][0] == f"process {2**30}"


def test_no_such_card_and_no_driver(monkeypatch):
    monkeypatch.setattr(usage, "open_nvml", FakeNvml)
    assert usage.usage(1) is None
    monkeypatch.setattr(usage, "open_nvml", lambda: None)
    assert usage.usage(0) is None


def test_what_one_process_holds_of_a_card(monkeypatch):
    monkeypatch.setattr(usage, "open_nvml", FakeNvml)
    card = usage.handle_of("1234")
    assert card == "GPU-1234"
    assert usage.held_by(card, os.getpid()) == 5
    assert usage.held_by(card, 1) == 0
    assert usage.in_use(card) == 9
    assert usage.joules(card) == 7.5


def test_a_driver_that_tells_nothing(monkeypatch):
    class Mute(FakeNvml):
        def _no(self, *rest):
            raise self.NVMLError("not supported")

        nvmlDeviceGetHandleByUUID = nvmlDeviceGetTotalEnergyConsumption = _no
        nvmlDeviceGetComputeRunningProcesses = nvmlDeviceGetMemoryInfo = _no

    for nothing in (Mute, lambda: None):
        monkeypatch.setattr(usage, "open_nvml", nothing)
        assert usage.handle_of("1234") is None
        assert (usage.held_by(0, 1), usage.in_use(0), usage.joules(0)) == (0, 0, 0.0)


def test_every_card_is_read_by_the_driver_alone(monkeypatch):
    """The second one does not answer; the first still counts."""
    monkeypatch.setattr(usage, "open_nvml", FakeNvml)
    assert usage.readings() == {"GPU-1-2": (9, 7.5)}
    monkeypatch.setattr(usage, "open_nvml", lambda: None)
    assert usage.readings() == {}
