"""Texts are read in windows of like length, put together again, and whoever waits hears of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ftstudio.core.errors import Cancelled
from ftstudio.data.finding.names import Span
from ftstudio.worker.device import choose_device
from ftstudio.worker.readers import reading, windows
from ftstudio.worker.readers.windows import WindowReader
from tests.unit.data.stopping import stops_wherever


@dataclass(frozen=True)
class Part:
    text: int
    start: int
    tokens: int


class Capitals(WindowReader[Part, list[int]]):
    """Finds capital letters, three signs at a time; `sizes`: of each batch, how many windows."""

    def __init__(self):
        super().__init__(choose_device("cpu"))
        self.sizes = []

    def cut(self, place, text):
        for start in range(0, len(text), 3):
            yield Part(place, start, len(text[start : start + 3]))

    def see(self, windows, texts):
        self.sizes.append(len(windows))
        for one in windows:
            part = texts[one.text][one.start : one.start + 3]
            yield [one.start + at for at, sign in enumerate(part) if sign.isupper()]

    def join(self, text, seen):
        return [Span(at, at + 1, "name") for at in sorted(at for _, own in seen for at in own)]


class Waits:
    def __init__(self, hear=lambda share: None):
        self.hear = hear

    def tell(self, phase, words, done=0, total=0, unit="", left=None):
        self.hear(done / total)


TEXTS = ["aBcDefG", "", "x", "Hello World", "aaaaaaaaaaaaaaaaaZ"]


def found(reader, waits):
    return [[text[one.start] for one in own]
            for text, own in zip(TEXTS, reader.read(TEXTS, waits), strict=True)]  # fmt: skip


def test_each_text_gets_what_was_seen_in_its_windows(monkeypatch):
    shares = []
    first = found(Capitals(), Waits(shares.append))
    assert first == [["B", "D", "G"], [], [], ["H", "W"], ["Z"]]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    monkeypatch.setattr(windows, "_AT_ONCE", 2)
    monkeypatch.setattr(reading, "_ROWS", 2)
    reader = Capitals()
    assert found(reader, Waits()) == first
    assert max(reader.sizes) == 2


def test_nothing_to_read():
    assert Capitals().read([], Waits()) == []
    assert Capitals().read(["", ""], Waits()) == [[], []]


def test_it_stops_when_nobody_waits_any_more(monkeypatch):
    monkeypatch.setattr(reading, "_ROWS", 1)
    stops_wherever(lambda tell: found(Capitals(), Waits(tell)), fewest=10)

    def stop(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        found(Capitals(), Waits(stop))
