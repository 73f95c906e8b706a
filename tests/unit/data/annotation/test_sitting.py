"""A person at work: judge, skip, back, undo, stop and go on."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.annotation.items import items_of
from ftstudio.data.annotation.log import JudgementLog
from ftstudio.data.annotation.sitting import Sitting
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.judged import key_of
from ftstudio.data.step import Row
from tests.unit.data.conftest import labelled, rows_of

ROWS = rows_of(("A?", "a"), ("B?", "bb"), ("C?", "ccc"), ("D?", "dddd"))


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def sit(tmp_path):
    def make(judging="mark", who="Anna", order="shortest", rows=ROWS, answers=None, clock=None,
             **more):  # fmt: skip
        task = JudgingTask(judging=judging, order=order, **more)
        items = items_of(rows, judging, answers)
        return Sitting(task, items, JudgementLog(tmp_path / "log.jsonl"), who, clock or Clock())

    return make


def test_from_row_to_row_to_the_end(sit):
    sitting = sit()
    for number in (1, 2, 3, 4):
        assert sitting.item.number == number
        sitting.judge(good=number % 2 == 0)
    assert sitting.item is None
    assert (sitting.progress().done, sitting.progress().total) == (4, 4)
    assert [one.good for one in sitting.log.taken] == [False, True, False, True]


def test_a_new_sitting_goes_on_where_the_last_was_left(sit):
    first = sit()
    first.judge(good=True)
    first.judge(good=True)
    again = sit()
    assert again.item.number == 3
    assert again.progress().done == 2


def test_skipped_rows_come_up_again_after_the_others(sit):
    sitting = sit()
    sitting.skip()
    seen = []
    for _ in range(4):
        seen.append(sitting.item.number)
        if len(seen) < 4:
            assert sitting.progress().skipped == 1
        sitting.judge(good=True)
    assert seen == [2, 3, 4, 1]
    assert sitting.progress().skipped == 0


def test_skipping_the_only_one_that_is_left_stays_there(sit):
    sitting = sit(rows=ROWS[:1])
    sitting.skip()
    assert sitting.item.number == 1


def test_back_shows_what_was_said_and_may_change_it(sit):
    sitting = sit()
    sitting.judge(good=True)
    assert sitting.back()
    assert sitting.mine().good is True
    sitting.judge(good=False)
    assert sitting.item.number == 2
    assert sit().progress().done == 1
    assert not (sitting.back() and sitting.back())


def test_undo_takes_back_the_last_and_shows_it(sit):
    sitting = sit()
    sitting.judge(good=True)
    sitting.judge(good=True)
    assert sitting.undo().row == 2
    assert sitting.item.number == 2
    assert sitting.undo().row == 1
    assert sitting.undo() is None
    assert not sitting.can_undo
    assert sit().progress().done == 0


def test_undo_reaches_into_the_sitting_before(sit):
    sit().judge(good=True)
    assert sit().undo().row == 1


def test_undo_of_a_second_word_brings_the_first_back(sit):
    sitting = sit()
    sitting.judge(good=True)
    sitting.back()
    sitting.judge(good=False)
    sitting.undo()
    assert sitting.item.number == 1
    assert sitting.mine().good is True


def test_nobody_sees_what_another_said(sit):
    sit(who="Anna").judge(good=True)
    ben = sit(who="Ben")
    assert ben.item.number == 1
    assert (ben.mine(), ben.others()) == (None, [])


def test_settling_shows_both_and_decides(sit):
    sit(who="Anna").judge(good=True)
    sit(who="Ben").judge(good=False)
    settling = sit(who="Ben", order="disagreements")
    assert settling.progress().total == 1
    assert [(one.who, one.good) for one in settling.others()] == [("Anna", True), ("Ben", False)]
    assert settling.judge(good=True).settles
    assert settling.item is None
    assert sit(who="Ben").mine() is None  # the next row of the queue
    assert settling.undo().settles
    assert settling.item.number == 1


def test_pairs_are_shuffled_and_come_back_as_own_and_other(sit):
    answers = {key_of(row.example): f"model {row.number}" for row in ROWS}
    sitting = sit("pair", answers=answers)
    firsts = []
    while sitting.item is not None:
        firsts.append(sitting.pair()[0])
        assert set(sitting.pair()) == {sitting.item.example.answer, sitting.item.answer}
        sitting.prefer("first")
    said = sitting.log.taken
    assert [one.choice == "own" for one in said] == [
        not text.startswith("model") for text in firsts
    ]
    assert [one.left for one in said] == [one.choice for one in said]
    assert [one.other for one in said] == [f"model {n}" for n in (1, 2, 3, 4)]
    sitting.back()
    assert sitting.prefer("tie").choice == "tie"


def test_a_models_answer_is_kept_with_what_was_said_of_it(sit):
    key = key_of(ROWS[0].example)
    sitting = sit(answers={key: "m"})
    assert sitting.item.shown("mark").answer == "m"
    assert sitting.judge(good=False).answer == "m"
    assert sitting.judge(good=True).answer is None


def test_speed_and_time_left(sit):
    clock = Clock()
    sitting = sit(clock=clock)
    assert sitting.progress().minutes_left is None
    clock.now += 20
    sitting.judge(good=True)
    clock.now += 40
    sitting.judge(good=True)
    progress = sitting.progress()
    assert progress.per_minute == 2
    assert progress.minutes_left == 1


def test_classes_grow(sit):
    rows = [Row(labelled("x", "old", row=1)), Row(labelled("y", "old", row=2))]
    sitting = sit("label", rows=rows, classes=["given"])
    sitting.judge(labels=["new"])
    assert sitting.classes() == ["given", "old", "new"]


def test_what_cannot_be_saved_leaves_the_row_where_it_is(sit, tmp_path):
    sitting = sit()
    (tmp_path / "file").write_text("", "utf-8")
    sitting.log.path = tmp_path / "file" / "log.jsonl"
    with pytest.raises(StudioError):
        sitting.judge(good=True)
    assert sitting.item.number == 1
    assert sitting.progress().done == 0
