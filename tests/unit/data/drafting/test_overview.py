"""How much there is and how long it is, in words."""

from __future__ import annotations

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.drafting.overview import amount, lengths, overview
from ftstudio.data.step import Row, steps


def chat(number, answer="That is so, because it was said before."):
    return Row(Example(messages=[Message(role="user", content=f"Question {number}?"),
                                 Message(role="assistant", content=answer)],
                       source_row=number))  # fmt: skip


def label(number, name):
    return Row(
        Example(
            messages=[Message(role="user", content=f"Text {number}")],
            labels=[name],
            source_row=number,
        )
    )


@pytest.mark.parametrize(
    ("count", "severity", "says"),
    [
        (20, "look", "by heart"),
        (200, "look", "tone and form"),
        (1_000, "fine", "enough to see an effect"),
        (5_000, "fine", "beat millions"),
    ],
)
def test_the_amount_is_held_against_what_shows_an_effect(count, severity, says):
    found = amount([chat(i) for i in range(count)])
    assert (found.severity, says in found.sentence) == (severity, True)
    assert found.count == (count if severity == "look" else 0)


def test_classes_count_one_by_one():
    rows = [label(i, "bill") for i in range(80)] + [label(i, "gift") for i in range(80, 90)]
    found = amount(rows)
    assert found.severity == "look"
    assert "“gift” has fewer than 50 rows" in found.sentence
    found = amount(rows + [label(i, "gift") for i in range(90, 150)])
    assert found.severity == "fine"


def test_lengths_are_told():
    found = lengths([chat(i) for i in range(1, 11)])
    assert found.severity == "fine"
    assert "the longest" in found.sentence


def test_one_row_far_longer_than_the_others_is_named():
    found = lengths([*(chat(i) for i in range(1, 100)), chat(100, "long " * 2_000)])
    assert (found.severity, found.rows, found.step_key) == ("look", [100], "drop_by_length")
    step = steps()[found.step_key]
    rows = [*(chat(i) for i in range(1, 100)), chat(100, "long " * 2_000)]
    assert step.apply(rows, step.params(**found.params)).removed == [100]


def test_answers_of_a_letter_are_classes_in_disguise():
    found = lengths([chat(i, "AB"[i % 2]) for i in range(60)])
    assert found.title == "Very short answers"
    assert "Label" in found.sentence
    assert found.remedy.page == "columns"  # without them there would be no row
    some = [*(chat(i, "AB"[i % 2]) for i in range(60)), *(chat(i) for i in range(60, 100))]
    found = lengths(some)
    assert (found.count, found.rows) == (60, list(range(60)))
    step = steps()[found.remedy.step_key]
    left = step.apply(some, step.params(**found.remedy.params))
    assert left.removed == found.rows
    assert lengths(left.rows).severity == "fine"


def test_nothing_is_said_of_no_rows():
    assert overview([]) == []
    assert [one.key for one in overview([chat(1)])] == ["amount", "lengths"]
