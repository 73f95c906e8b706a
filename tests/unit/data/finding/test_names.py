"""Words with labels become names, in every scheme that models use."""

import re

import pytest

from ftstudio.basemodels.readers import kind_of_label
from ftstudio.data.finding.names import Span, Word, begins, joined


def found(text, *labels, share=0.99):
    """Each word, and each sign, with its label."""
    places = list(re.finditer(r"\w+|[^\w\s]", text))
    words = [Word(m.start(), m.end(), label, kind_of_label(label), share)
             for m, label in zip(places, labels, strict=True)]  # fmt: skip
    return [(text[one.start : one.end], one.kind) for one in joined(words, text)]


@pytest.mark.parametrize(
    ("first", "second"),
    [("B-PER", "I-PER"), ("I-PER", "I-PER"), ("B-PER", "E-PER"), ("PER", "PER"), ("PER-B", "PER-I"),
     ("B-GIVENNAME", "B-SURNAME"), ("FIRSTNAME", "LASTNAME")],
)  # fmt: skip
def test_first_and_last_name_are_one(first, second):
    assert found("call Ann Berg now", "O", first, second, "O") == [("Ann Berg", "name")]


def test_where_another_one_begins_there_are_two():
    assert found("Ann Bob", "B-PER", "B-PER") == [("Ann", "name"), ("Bob", "name")]
    assert found("Ann Bob", "S-PER", "S-PER") == [("Ann", "name"), ("Bob", "name")]
    assert found("Ann, Bob", "PER", "O", "PER") == [("Ann", "name"), ("Bob", "name")]
    assert found("Ann Rome", "I-PER", "I-LOC") == [("Ann", "name"), ("Rome", "place")]


def test_signs_inside_stay_and_at_the_ends_go():
    assert found("Mary-Jane O'Neil.", *["B-PER"], *["I-PER"] * 5, "O") == [
        ("Mary-Jane O'Neil", "name")
    ]
    assert found("(Ann)", "B-PER", "I-PER", "I-PER") == [("Ann", "name")]


def test_an_address_of_several_parts_is_one():
    text = "12 High Street, AB1 2CD"
    labels = ["BUILDINGNUM", "STREET", "STREET", "O", "ZIPCODE", "ZIPCODE"]
    assert found(text, *labels) == [("12 High Street, AB1 2CD", "address")]


def test_lines_are_never_joined():
    assert found("Ann\nBerg", "B-PER", "I-PER") == [("Ann", "name"), ("Berg", "name")]


def test_what_the_model_is_not_sure_of_is_marked():
    word = Word(0, 3, "B-PER", "name", 0.4)
    assert joined([word], "Ann") == [Span(0, 3, "name", sure=False)]


def test_marks_of_schemes():
    assert [begins(label) for label in ("B-PER", "I_PER", "S-PER", "PER", "PER-B", "E-PER")] == [
        True, False, True, None, True, False
    ]  # fmt: skip
