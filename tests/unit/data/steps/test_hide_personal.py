"""The same thing has the same stand-in in every row, and nothing of it is left anywhere."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.data.step import Row
from ftstudio.data.steps.hide_personal import STEP, PersonalParams, pseudonyms
from tests.unit.data.conftest import labelled, rows_of

ROWS = rows_of(
    ("I am ann@example.org, call +34 612 345 678", "Thanks, ann@example.org."),
    ("Nothing here, only 12 apples", "None"),
    ("Write to Ann@Example.org or bob@example.org", "My card is 4111 1111 1111 1111"),
)


def test_it_tells_what_and_what_not():
    found = STEP.find(ROWS, PersonalParams())
    assert found.rows == [1, 3]
    assert "4 e-mail addresses, 1 phone number, 1 card number" in found.sentence
    assert "Names and postal addresses are not found" in found.sentence
    assert "Names and postal addresses are not found" in STEP.find([], PersonalParams()).sentence


def test_stand_ins_are_consistent():
    outcome = STEP.apply(ROWS, PersonalParams())
    one, _, three = (row.example for row in outcome.rows)
    assert one.question == "I am [EMAIL_1], call [PHONE_1]"
    assert one.answer == "Thanks, [EMAIL_1]."
    assert three.question == "Write to [EMAIL_1] or [EMAIL_2]"
    assert three.answer == "My card is [CARD_1]"
    assert outcome.changed == [1, 3]
    assert STEP.find(outcome.rows, PersonalParams()).severity == "fine"


def test_the_list_that_leads_back_is_the_same(tmp_path):
    names = pseudonyms(ROWS, PersonalParams())
    assert len(names) == 4
    names.save(tmp_path / "names.json")
    assert "ann@example.org" in (tmp_path / "names.json").read_text()


def test_calls_classes_groups_and_notes_too():
    call = {"id": "1", "function": {"name": "send", "arguments": '{"to": "ann@example.org"}'}}
    talk = Example(
        messages=[Message(role="user", content="Send it"),
                  Message(role="assistant", tool_calls=[call])],
        group="ann@example.org", meta={"from": ["ann@example.org"]}, source_row=1,
    )  # fmt: skip
    rows = [Row(talk), Row(labelled("text", "ann@example.org", row=2))]
    left = [row.example.model_dump_json() for row in STEP.apply(rows, PersonalParams()).rows]
    assert "ann@" not in "".join(left)
    assert STEP.find(rows, PersonalParams()).rows == [1, 2]


def test_rows_can_be_left_out():
    outcome = STEP.apply(ROWS, PersonalParams(action="drop"))
    assert outcome.removed == [1, 3]
    assert outcome.reasons[1] == ("It holds personal data: 2 e-mail addresses, 1 phone number.")


def test_only_the_kinds_chosen_and_what_is_sure():
    only = PersonalParams(emails=False, phones=False)
    assert STEP.apply(ROWS, only).changed == [3]
    rows = rows_of(("Ask for 943 476 5919", "x"))
    only = PersonalParams(phones=False)
    assert STEP.find(rows, only).rows == []
    assert STEP.find(rows, only.model_copy(update={"unsure": True})).rows == [1]


def test_an_unknown_country_is_told():
    with pytest.raises(StudioError, match="no country ZZ"):
        STEP.find(ROWS, PersonalParams(regions="US, ZZ"))
