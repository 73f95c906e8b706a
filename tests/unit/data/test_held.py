"""Rows that are many go in pieces and off the thread that let them go."""

import threading
import time
import weakref

import pytest

from ftstudio.data.held import Held, let_go, let_go_of


class Thing:
    pass


def gone(things: list[weakref.ref[Thing]]) -> bool:
    return all(one() is None for one in things)


def test_few_go_at_once():
    things = Held([Thing() for _ in range(10)])
    refs = [weakref.ref(one) for one in things]
    del things
    assert gone(refs)


def test_many_go_elsewhere_and_what_others_hold_stays(monkeypatch):
    monkeypatch.setattr("ftstudio.data.held._MANY", 50)
    where: set[int] = set()
    things = Held([Thing() for _ in range(3_000)])
    refs = [weakref.ref(one) for one in things]
    ended = weakref.finalize(things[0], lambda: where.add(threading.get_ident()))
    shared = things[100:200]
    del things
    until = time.monotonic() + 120
    while ended.alive and time.monotonic() < until:
        time.sleep(0.001)
    assert where
    assert threading.get_ident() not in where
    assert all(one() is not None for one in refs[100:200])
    del shared
    assert gone(refs)


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 2_500])
def test_letting_go_empties_the_list(count):
    things = [Thing() for _ in range(count)]
    refs = [weakref.ref(one) for one in things]
    let_go(things)
    assert things == []
    assert gone(refs)


def test_it_is_a_list_like_any_other():
    assert Held([1, 2]) == [1, 2]
    assert isinstance(Held([1])[:], list)


def test_a_dictionary_is_emptied_too():
    things = {place: Thing() for place in range(100)}
    refs = [weakref.ref(one) for one in things.values()]
    let_go_of(things)
    assert things == {}
    assert gone(refs)
