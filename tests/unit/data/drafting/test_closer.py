"""The closer look: all slow finders at once, stoppable, and near-duplicates as groups."""

from __future__ import annotations

import pytest

from ftstudio.core.errors import Cancelled
from ftstudio.core.example import Example, Message
from ftstudio.data.drafting import closer
from ftstudio.data.drafting.closer import (
    CloserLook,
    Waits,
    expected_seconds,
    look_closer,
    look_unasked,
    near_groups,
    personal_in,
    slow_steps,
)
from ftstudio.data.step import Row


def chat(number, question, answer):
    turns = [Message(role="user", content=question), Message(role="assistant", content=answer)]
    return Row(Example(messages=turns, source_row=number))


LONG = "Please tell me how I can change the delivery address of my latest order"
ROWS = [
    chat(1, f"{LONG}?", "Open your account, then Orders, then Change the address."),
    chat(2, f"{LONG}, please?", "Open your account, then Orders, then Change the address."),
    chat(3, "May I write to anna@example.org?", "Yes, on every working day of the week."),
    chat(4, f"{LONG}!", "Open your account, then Orders, then Change the address."),
]


def test_all_slow_finders_are_asked():
    look = look_closer(ROWS, "chat", "abc")
    assert set(look.findings) == {step.key for step in slow_steps("chat")}
    assert len(look.findings) >= 3
    assert look.findings["hide_personal"].rows == [3]
    assert look.findings["mark_near_duplicates"].rows == [1, 2, 4]
    assert look.digest == "abc"
    assert look.seconds > 0


def test_it_tells_how_far_it_is_and_stops():
    told = []
    look_closer(ROWS, "chat", "", told.append)
    assert told == sorted(told)
    assert told[-1] > 0.6

    def stop(share):
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        look_closer(ROWS, "chat", "", stop)


def test_groups_name_their_rows_and_how_alike_they_are():
    (group,) = near_groups(ROWS)
    assert {one.number for one in group} == {1, 2, 4}
    assert group[0].likeness is None
    assert all(0.8 <= one.likeness <= 1 for one in group[1:])


def test_few_rows_are_looked_at_unasked(monkeypatch):
    def refuse(*_):
        raise AssertionError("nothing has to be tried first")

    monkeypatch.setattr(closer, "expected_seconds", refuse)
    assert look_unasked(ROWS, "chat", "abc").findings["hide_personal"].rows == [3]


@pytest.mark.parametrize("limit", ["UNASKED_ROWS", "UNASKED_CHARACTERS"])
def test_many_or_long_rows_wait_where_they_take_long(monkeypatch, limit):
    monkeypatch.setattr(closer, limit, 3)
    monkeypatch.setattr(closer, "UNASKED_SECONDS", 0.0)
    waits = look_unasked(ROWS, "chat", "abc")
    assert isinstance(waits, Waits)
    assert waits.digest == "abc"
    assert waits.seconds > 0
    monkeypatch.setattr(closer, "UNASKED_SECONDS", 1e9)
    assert isinstance(look_unasked(ROWS, "chat", "abc"), CloserLook)


def test_the_time_is_that_of_all_rows_told_by_some(monkeypatch):
    sizes = []

    def look(rows, kind, digest, tell):
        sizes.append(len(rows))
        return CloserLook(digest, {}, 0.5)

    monkeypatch.setattr(closer, "look_closer", look)
    many = [chat(number, "Lit?", "Yes.") for number in range(1, 3001)]
    assert expected_seconds(many, "chat") == pytest.approx(0.5 * 3000 / sizes[1])
    assert sizes[0] == 1  # what is loaded once is no part of it
    assert 100 <= sizes[1] <= 300


def test_trying_how_long_it_takes_can_be_stopped():
    def stop(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        expected_seconds(ROWS * 100, "chat", stop)


def test_personal_data_is_looked_for_in_few_examples_only(monkeypatch):
    examples = [row.example for row in ROWS]
    assert personal_in(examples).rows == [3]
    monkeypatch.setattr(closer, "UNASKED_CHARACTERS", 20)
    assert personal_in(examples) is None
    monkeypatch.undo()
    monkeypatch.setattr(closer, "UNASKED_ROWS", 3)
    assert personal_in(iter(examples)) is None
