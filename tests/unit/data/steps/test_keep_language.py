"""Rows in the languages named; what is uncertain as wanted."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.data.step import Row
from ftstudio.data.steps.keep_language import STEP, LanguageParams
from tests.unit.data.conftest import rows_of

ROWS = rows_of(
    ("Where can I find the invoice of last month?", "You find it in the settings of your account."),
    ("How do I change the address of delivery?", "Open your account and choose the new address."),
    ("Wo finde ich die Rechnung vom letzten Monat?", "In den Einstellungen Ihres Kontos, unten."),
    ("OK?", "OK"),
)


def test_the_main_language_is_told_unasked():
    found = STEP.find(ROWS, LanguageParams())
    assert found.rows == [3]
    assert "English 2, German 1" in found.sentence
    assert (found.remedy_title, found.remedy.params["languages"]) == ("Keep English only", "en")
    assert STEP.apply(ROWS, LanguageParams()).rows == ROWS


@pytest.mark.parametrize("languages", ["de", "German", " DE ;"])
def test_only_those_named(languages):
    outcome = STEP.apply(ROWS, LanguageParams(languages=languages))
    assert [row.number for row in outcome.rows] == [3, 4]
    assert outcome.reasons == {1: "It is in English.", 2: "It is in English."}


def test_what_is_uncertain():
    outcome = STEP.apply(ROWS, LanguageParams(languages="en, de", uncertain=False))
    assert outcome.reasons == {4: "Its language is uncertain."}


def test_an_unknown_language_is_told():
    with pytest.raises(StudioError, match="no language klingon"):
        STEP.apply(ROWS, LanguageParams(languages="Klingon"))


def test_code_and_short_answers_are_not_taken_for_english():
    rows = rows_of(
        ("Schreibe eine Funktion, die die Summe aller Zahlen einer Liste berechnet.",
         "```python\ndef total(numbers):\n    return sum(number for number in numbers)\n```"),
        ("Wie viele Einwohner hat die Stadt Köln, und wie viele hat die Stadt Bonn?", "OK"),
        ("Schreibe eine Funktion, die die Summe aller Zahlen einer Liste berechnet.",
         "def total(numbers):\n    result = 0\n    for number in numbers:\n        result += 1\n"
         "    return result"),
    )  # fmt: skip
    strict = LanguageParams(languages="de", uncertain=False)
    assert STEP.apply(rows, strict).removed == []
    assert STEP.find(rows, LanguageParams()).rows == []


def test_a_system_turn_and_a_tools_answer_are_not_the_persons_language():
    turns = [Message(role="system", content="You are a helpful assistant for customers. " * 5),
             Message(role="user", content="Wo finde ich bitte die Rechnung vom letzten Monat?"),
             Message(role="tool", content="The invoice of last month was found in the account."),
             Message(role="assistant", content="Unten.")]  # fmt: skip
    rows = [Row(Example(messages=turns, source_row=1))]
    assert STEP.apply(rows, LanguageParams(languages="de")).removed == []
    assert STEP.apply(rows, LanguageParams(languages="en")).removed == [1]


def test_a_question_or_an_answer_in_it_is_enough_and_a_list_is_no_language():
    rows = rows_of(
        ("Translate this sentence of mine into German, please: where is the station?",
         "Entschuldigung, können Sie mir bitte sagen, wo hier der Bahnhof ist?"),
        ("Make a list of ten fruits.", "Apple\nBanana\nOrange\nPineapple\nMango\nKiwi\nPear\nPlum"),
    )  # fmt: skip
    assert STEP.apply(rows, LanguageParams(languages="de")).removed == [2]
    assert STEP.apply(rows, LanguageParams(languages="en")).removed == []


def test_names_of_classes_are_in_no_language():
    text = "Wo finde ich bitte die Rechnung vom letzten Monat?"
    talk = [Message(role="user", content=text)]
    rows = [Row(Example(messages=talk, labels=["customer wants to know where the invoice is"]))]
    assert STEP.apply(rows, LanguageParams(languages="en")).removed == [0]
