"""A number is a person's when its check digits are right, and its form or a word tells."""

from ftstudio.data.finding.national_ids import NATIONAL_IDS, national_ids


def found(text):
    return [(one.detail, one.sure) for one in national_ids(text)]


def test_a_word_makes_it_sure():
    assert found("NHS 943 476 5919") == [("uk_nhs", True)]
    assert found("Ask for 943 476 5919") == [("uk_nhs", False)]
    assert found("Row 9434765919") == []


def test_a_telling_form_is_enough():
    assert found("12345678Z") == [("es_nif", True)]
    assert found("12345678A") == []
    assert found("AB 12 34 56 C") == [("uk_nino", True)]


def test_letters_and_digits_around_it_make_it_another_thing():
    assert found("x078-05-1120") == found("078-05-11205") == found("1-078-05-1120") == []
    assert found("SSN 078-05-1120.") == [("us_ssn", True)]


def test_every_country_has_a_check():
    assert len({one.key for one in NATIONAL_IDS}) >= 18
