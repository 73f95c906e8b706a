"""Of what overlaps, the surest and longest stays."""

from dataclasses import dataclass
from typing import ClassVar

from ftstudio.data.finding.found import Found, apart


def test_the_sure_one_wins_then_the_longer_then_the_stricter():
    loose = Found("phone", 0, 20, "x" * 20, sure=False)
    sure = Found("phone", 5, 10, "x" * 5)
    strict = Found("national_id", 5, 10, "x" * 5)
    later = Found("url", 30, 35, "x" * 5)
    assert list(apart([loose, later, sure, strict])) == [strict, later]
    assert list(apart([loose, later])) == [loose, later]


def test_a_models_kind_is_as_welcome():
    name = Found("name", 0, 4, "Anna")
    assert name in apart([name, Found("email", 10, 15, "a@b.c")])


@dataclass(frozen=True)
class Watched(Found):
    """Counts how often somebody looks where it ends."""

    looks: ClassVar[list[str]] = []

    def __getattribute__(self, name):
        if name == "end":
            Watched.looks.append(name)
        return super().__getattribute__(name)


def looks(count):
    Watched.looks.clear()
    one_by_one = [Watched("card", 20 * at, 20 * at + 16, "4" * 16) for at in range(count)]
    assert list(apart(reversed(one_by_one))) == one_by_one
    return len(Watched.looks)


def test_twice_as_many_are_twice_the_work():
    assert 0 < looks(4000) <= 3 * looks(2000)
