"""Rows in the languages named; what is uncertain as wanted."""

import pytest

from ftstudio.core.errors import StudioError
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
