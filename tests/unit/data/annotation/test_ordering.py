"""Every order: which rows come up, and the same ones after a restart."""

import pytest

from ftstudio.data.annotation.items import items_of
from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.ordering import open_items, own_first, queue
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.judged import key_of
from ftstudio.data.step import Row
from tests.unit.data.conftest import example

ROWS = [Row(example(f"Q{i}?", "word " * (1 + i * 7 % 10), i),
            flags=frozenset({"short"} if i in (3, 5) else ())) for i in range(1, 11)]  # fmt: skip
ITEMS = items_of(ROWS, "mark", {key_of(ROWS[1].example): "m", key_of(ROWS[6].example): "n"})


def numbers(order, judgements=(), who="Anna", seed=7):
    task = JudgingTask(judging="mark", order=order, seed=seed)
    return [item.number for item in queue(task, ITEMS, list(judgements), who)]


def said(who, number, **what):
    item = ITEMS[number - 1]
    return Judgement(row=number, hash=item.key.split(":")[1], who=who, **what)


def test_random_is_seeded_and_whole():
    assert numbers("random") == numbers("random") != list(range(1, 11))
    assert sorted(numbers("random")) == list(range(1, 11))
    assert numbers("random", seed=8) != numbers("random")


def test_by_length():
    assert numbers("shortest")[:3] == [2, 7, 10]  # a model's short answers, then one word
    assert numbers("longest")[:2] == [4, 1]
    assert sorted(numbers("longest")) == list(range(1, 11))


@pytest.mark.parametrize(("order", "found"), [("flagged", [3, 5]), ("model", [2, 7])])
def test_only_some(order, found):
    assert numbers(order) == found


def test_not_yet_judged_by_anybody_else():
    log = [said("Ben", 1, good=True), said("Anna", 2, good=True)]
    assert numbers("unjudged", log) == [2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_disagreements_and_what_is_left_of_them():
    log = [said("Ben", 4, good=True), said("Anna", 4, good=False), said("Ben", 2, good=True),
           said("Anna", 2, good=False), said("Anna", 3, good=True),
           said("Ben", 3, good=True)]  # fmt: skip
    assert numbers("disagreements", log) == [4, 2]
    task = JudgingTask(judging="mark", order="disagreements")
    log.append(said("Anna", 4, good=True, settles=True))
    left = open_items(task, queue(task, ITEMS, log, "Anna"), log, "Anna")
    assert [item.number for item in left] == [2]


def test_what_was_skipped_comes_last_and_what_was_judged_not_again():
    task = JudgingTask(judging="mark", order="model")
    items = queue(task, ITEMS, [], "Anna")
    log = [said("Anna", 2, skipped=True)]
    assert [item.number for item in open_items(task, items, log, "Anna")] == [7, 2]
    log.append(said("Anna", 7, good=True))
    assert [item.number for item in open_items(task, items, log, "Anna")] == [2]
    assert [item.number for item in open_items(task, items, log, "Ben")] == [2, 7]


def test_sides_are_shuffled_evenly_and_stay():
    task = JudgingTask(judging="pair")
    drawn = [own_first(task, f"{row}:h", "Anna") for row in range(400)]
    assert 160 < sum(drawn) < 240
    assert drawn == [own_first(task, f"{row}:h", "Anna") for row in range(400)]
