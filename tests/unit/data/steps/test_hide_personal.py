"""The same thing has the same stand-in in every row, and nothing of it is left anywhere."""

import json
import re

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.data import named, row_outline
from ftstudio.data.drafting.chain import Chain
from ftstudio.data.finding.names import Span
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import Row
from ftstudio.data.steps.hide_personal import STEP, PersonalParams, pseudonyms
from ftstudio.data.texts import all_strings
from ftstudio.data.watched import Watched
from tests.unit.data.conftest import example, labelled, rows_of
from tests.unit.data.stopping import stops_wherever

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


def test_a_second_round_goes_on_where_the_first_one_ended():
    first = STEP.apply(ROWS, PersonalParams())
    more = [*first.rows, *rows_of(("Ask new@example.org, not BOB@example.org", "+34 612 345 678"))]
    second = STEP.apply(more, PersonalParams())
    last = second.rows[-1].example
    assert (last.question, last.answer) == ("Ask [EMAIL_3], not [EMAIL_2]", "[PHONE_1]")
    assert second.rows[:-1] == first.rows
    assert len(pseudonyms(more, PersonalParams())) == len(pseudonyms(ROWS, PersonalParams())) + 1


def test_another_step_between_two_rounds_keeps_the_meaning_and_the_recipe_says_the_same_again():
    edits = json.dumps({"2": {"answer": "Ask bob@example.org or eve@example.org"}})
    recipe = [
        AppliedStep(key="hide_personal", version=STEP.version),
        AppliedStep(key="trim"),
        AppliedStep(key="edit_rows", params={"edits": edits}),
        AppliedStep(key="hide_personal", version=STEP.version),
    ]
    rows = Chain(ROWS).run(recipe)
    assert rows[1].example.answer == "Ask [EMAIL_2] or [EMAIL_3]"
    hashes = [step.output_hash for step in recipe]
    Chain(ROWS).run(recipe)
    assert [step.output_hash for step in recipe] == hashes


def test_stand_ins_that_the_file_brings_along_are_never_given_again():
    rows = rows_of(("Write to ann@example.org", "Or to [EMAIL_4], [PHONE_2] and [NAME_9]"))
    left = STEP.apply(rows, PersonalParams()).rows[0].example
    assert left.question == "Write to [EMAIL_5]"
    assert left.answer == "Or to [EMAIL_4], [PHONE_2] and [NAME_9]"


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


def test_a_tools_call_can_still_be_read():
    arguments = '{"phone": 4155552671, "note": "call 415-555-2671"}'
    call = {"id": "1", "function": {"name": "send", "arguments": arguments}}
    turns = [Message(role="user", content="Call 415-555-2671"),
             Message(role="assistant", tool_calls=[call]),
             Message(role="tool", content=arguments)]  # fmt: skip
    left = STEP.apply([Row(Example(messages=turns, source_row=1))], PersonalParams()).rows[0]
    told = {"phone": "[PHONE_1]", "note": "call [PHONE_1]"}
    assert json.loads(left.example.messages[1].tool_calls[0]["function"]["arguments"]) == told
    assert json.loads(left.example.messages[2].content) == told


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


@pytest.mark.parametrize("action", ["find", "replace", "drop"])
def test_it_can_be_stopped_within_a_long_row(action):
    rows = rows_of(("the card 4111 1111 1111 1111, " * 20_000, "yes"))

    def act(tell):
        if action == "find":
            STEP.find(Watched(rows, tell), PersonalParams())
        else:
            STEP.apply(Watched(rows, tell), PersonalParams(action=action))

    stops_wherever(act, fewest=9)


def test_an_unknown_country_is_told():
    with pytest.raises(StudioError, match="no country ZZ"):
        STEP.find(ROWS, PersonalParams(regions="US, ZZ"))


NAMED = rows_of(
    ("I am Ann Berg of Acme in Rome, ann@example.org", "Thanks, Ann Berg."),
    ("is ann berg in", "Bob Holt is, at 3 High Street."),
)


def read_by_a_model(rows, *wanted, **more):
    """As a model would have found these words, each with its kind and whether it is sure."""
    spans, read = {}, {}
    for row in rows:
        read[row.key] = named.outline_of(row.example)
        for place, text in enumerate(all_strings(row.example)):
            for word, kind, sure in wanted:
                for at in re.finditer(word, text):
                    own = spans.setdefault(row.key, {}).setdefault(place, [])
                    own.append(Span(at.start(), at.end(), kind, sure))
    return PersonalParams(
        spans=named.written(spans), read=row_outline.written(read), by="tiny-ner", **more
    )


WORDS = [("(?i)ann berg", "name", True), ("Bob Holt", "name", True), ("Rome", "place", True),
         ("Acme", "organisation", True), ("3 High Street", "address", True)]  # fmt: skip


def test_what_a_model_found_becomes_stand_ins_too():
    outcome = STEP.apply(NAMED, read_by_a_model(NAMED, *WORDS, places=True, organisations=True))
    one, two = (row.example for row in outcome.rows)
    assert one.question == "I am [NAME_1] of [ORGANISATION_1] in [PLACE_1], [EMAIL_1]"
    assert one.answer == "Thanks, [NAME_1]."
    assert (two.question, two.answer) == ("is [NAME_1] in", "[NAME_2] is, at [ADDRESS_1].")
    assert outcome.remark == ""


def test_only_the_kinds_chosen_and_what_the_model_is_sure_of():
    params = read_by_a_model(NAMED, *WORDS, ("Thanks", "name", False), names=True, addresses=False)
    one, two = (row.example for row in STEP.apply(NAMED, params).rows)
    assert one.question == "I am [NAME_1] of Acme in Rome, [EMAIL_1]"
    assert one.answer == "Thanks, [NAME_1]."
    assert two.answer == "[NAME_2] is, at 3 High Street."


def test_new_and_changed_rows_are_told_and_their_numbers_still_hidden():
    params = read_by_a_model(NAMED, *WORDS)
    rows = [NAMED[0], Row(example("is this for ann@example.org", "Ann Berg?", 2))]
    outcome = STEP.apply(rows, params)
    assert outcome.rows[1].example.question == "is this for [EMAIL_1]"
    assert outcome.rows[1].example.answer == "Ann Berg?"
    told = "1 row is new or has changed since the model read them: names in them are not found."
    assert outcome.remark == told
    assert told in STEP.find(rows, params).sentence


def test_the_report_says_who_found_the_names():
    said = STEP.find(NAMED, read_by_a_model(NAMED, *WORDS)).sentence
    assert "4 names" in said
    assert "Names are found as tiny-ner finds them." in said


def test_the_recipe_holds_no_name_and_none_can_be_guessed_from_it():
    params = read_by_a_model(NAMED, *WORDS)
    kept = params.model_dump_json()
    for name in ("Ann", "Berg", "Holt", "High", "Rome"):
        assert name not in kept
    others = rows_of(
        ("I am Eve Kant of Acme in Rome, eve@example.org", "Thanks, Eve Kant."),
        ("is ann berg in", "Tim Lang is, at 3 High Street."),
    )
    assert read_by_a_model(others, ("Eve Kant", "name", True)).read == params.read


def test_rows_with_names_can_be_left_out():
    params = read_by_a_model(NAMED, ("Bob Holt", "name", True), action="drop", emails=False)
    assert STEP.apply(NAMED, params).reasons == {2: "It holds personal data: 1 name."}
