"""Groups by vectors: the same as comparing each with each, and never a chain."""

import itertools

import numpy as np
import pytest

from ftstudio.data.finding import meaning
from ftstudio.data.finding.meaning import stars


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def at(*degrees):
    return unit([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees])


def test_near_ones_share_a_representative():
    found = stars([at(0, 90, 10, 91)], 0.95)
    assert [one and one[0] for one in found] == [0, 1, 0, 1]
    assert found[2][1] == pytest.approx(np.cos(np.radians(10)), abs=1e-3)


def test_a_chain_is_no_group():
    found = stars([at(0, 15, 30, 45, 60)], np.cos(np.radians(16)))
    leaders = [one and one[0] for one in found]
    for leader, places in itertools.groupby(sorted(range(5), key=str), key=leaders.__getitem__):
        for place in places:
            assert leader is None or abs(place - leader) <= 1
    assert leaders[0] != leaders[4]


def test_questions_and_answers_must_both_be_alike():
    questions, answers = at(0, 1, 2), at(0, 80, 3)
    assert [bool(one) for one in stars([questions], 0.95)] == [True, True, True]
    assert [bool(one) for one in stars([questions, answers], 0.95)] == [True, False, True]


def test_rows_of_other_pictures_are_never_alike():
    assert stars([at(0, 0, 0)], 0.9, ["a.png", "b.png", "a.png"])[1] is None


@pytest.mark.parametrize("tile", [3, 7, 64])
def test_blocks_of_any_size_find_what_each_with_each_finds(tile, monkeypatch):
    monkeypatch.setattr(meaning, "_TILE", tile)
    chance = np.random.default_rng(4)
    centres = chance.standard_normal((9, 6))
    rows = unit(centres[chance.integers(0, 9, 60)] + 0.25 * chance.standard_normal((60, 6)))
    shares = []
    found = stars([rows], 0.9, tell=shares.append)
    alike = rows @ rows.T >= 0.9
    np.fill_diagonal(alike, False)
    for place, one in enumerate(found):
        if one is None:  # whatever it is near to belongs to another representative
            near = alike[place].nonzero()[0]
            assert all(found[other] is not None and found[other][0] != other for other in near)
        elif one[0] != place:
            assert alike[place, one[0]]
    assert sum(one is not None for one in found) > 30
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_nothing_and_one():
    assert stars([np.zeros((0, 3), np.float32)]) == []
    assert stars([at(3)]) == [None]
