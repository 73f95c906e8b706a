import sys
from types import SimpleNamespace

import pytest

from ftstudio.gpu import nvml


@pytest.fixture(autouse=True)
def fresh():
    nvml.open_nvml.cache_clear()
    yield
    nvml.open_nvml.cache_clear()


def test_no_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert nvml.open_nvml() is None


def test_no_driver(monkeypatch):
    class NVMLError(Exception):
        pass

    def refuse():
        raise NVMLError("no driver")

    fake = SimpleNamespace(NVMLError=NVMLError, nvmlInit=refuse)
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    assert nvml.open_nvml() is None


def test_opened_once(monkeypatch):
    opened = []
    fake = SimpleNamespace(NVMLError=Exception, nvmlInit=lambda: opened.append(1))
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    assert nvml.open_nvml() is nvml.open_nvml() is fake
    assert opened == [1]
