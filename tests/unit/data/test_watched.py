"""Rows that tell how far one has come, and stop whoever goes through them."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from ftstudio.core.errors import Cancelled
from ftstudio.core.example import Example, Message
from ftstudio.data.step import Row, steps
from ftstudio.data.watched import Watched, by_hash, heard, progress_of, rising, unwatched
from tests.unit.data.stopping import stops_wherever


def rows(count):
    return [
        Row(Example(messages=[Message(role="user", content=f"Question number {i}?"),
                              Message(role="assistant", content=f"Answer {i}.")], source_row=i + 1))
        for i in range(count)
    ]  # fmt: skip


def test_a_walk_tells_how_far_it_is():
    told = []
    seen = list(Watched(rows(200), told.append))
    assert [row.number for row in seen] == list(range(1, 201))
    assert told == [0.0, 64 / 200, 128 / 200, 192 / 200]


def test_a_walk_can_be_stopped():
    def stop(share):
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        steps()["hide_personal"].find(Watched(rows(300), stop), steps()["hide_personal"].params())


def test_what_follows_a_walk_is_told_too():
    told = []
    step = steps()["mark_near_duplicates"]
    step.find(Watched(rows(300), told.append), step.params())
    assert 0.6 in told  # all are sketched; the pairs are compared next
    plain = rows(3)
    assert progress_of(plain) is None
    assert unwatched(plain) is plain
    assert unwatched(Watched(plain, told.append)) == plain


def test_it_is_a_sequence_like_any_other():
    own = rows(5)
    watched = Watched(own, lambda share: None)
    assert len(watched) == 5
    assert watched[2] is own[2]
    assert list(watched[1:3]) == own[1:3]


def test_things_are_heard_one_by_one_and_the_walk_can_be_stopped():
    assert list(heard(range(5), None)) == [0, 1, 2, 3, 4]
    seen = []

    def stop(share):
        if len(seen) >= 128:
            raise Cancelled

    def walk():
        for one in heard(range(1000), stop):
            seen.append(one)

    with pytest.raises(Cancelled):
        walk()
    assert seen == list(range(128))


def test_what_is_ordered_in_parts_is_as_if_sorted_at_once():
    hashes = [hashlib.sha256(str(place % 200).encode()) for place in range(230)]
    words = [one.hexdigest() for one in hashes]
    assert list(by_hash(words, None, str)) == sorted(words)
    assert list(by_hash([], None, str)) == []
    pairs = list(enumerate(one.digest() for one in hashes))  # equal keys keep their order
    assert list(by_hash(pairs, None, lambda pair: pair[1])) == sorted(pairs, key=lambda p: p[1])
    odd = ["", "b", "a", "ab", "a"]
    assert list(by_hash(odd, None, str)) == sorted(odd)
    stops_wherever(lambda tell: list(by_hash(words, tell, str)), fewest=6)


def test_less_than_before_is_never_heard():
    told = []
    tell = rising(told.append)
    for share in (0.0, 0.3, 0.0, 0.2, 0.5):
        tell(share)
    assert told == [0.0, 0.3, 0.3, 0.3, 0.5]
    assert rising(None) is None


def longest_silence(act) -> float:
    """The largest share of an act's calls of functions that lies between two ticks."""
    calls, at = [0], [0]

    def count(frame, event, argument):
        calls[0] += event == "call"

    def tell(share):
        at.append(calls[0])

    sys.setprofile(count)
    try:
        act(tell)
    finally:
        sys.setprofile(None)
    at.append(calls[0])
    return max(b - a for a, b in pairwise(at)) / max(1, calls[0])


@pytest.mark.parametrize("key", sorted(steps()))
def test_no_part_of_a_step_is_deaf(key):
    """A walk that hears nobody would be most of what a step does."""
    step, many = steps()[key], rows(1280)
    if not step.suits("chat"):
        many = [
            replace(row, example=Example(messages=row.example.messages[:1], labels=["ab"[i % 2]],
                                         source_row=i + 1))
            for i, row in enumerate(many)
        ]  # fmt: skip
    params = step.params(**{"balance_labels": {"most": 400}}.get(key, {}))
    step.apply(Watched(many, lambda share: None), params)  # what is loaded once
    assert longest_silence(lambda tell: step.apply(Watched(many, tell), params)) < 0.25
