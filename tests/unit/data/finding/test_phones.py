"""Phone numbers in the forms people use, and what only looks like one."""

import pytest

from ftstudio.data.finding.phones import phones


@pytest.mark.parametrize(
    "number",
    ["+1 415-555-2671", "(415) 555-2671", "415.555.2671", "0049 30 901820", "+49 (0)30 901820",
     "030/901820", "06 12 34 56 78", "+34 612 345 678", "020 7946 0018", "1-800-555-0199 ext. 12"],
)  # fmt: skip
def test_written_in_many_ways(number):
    (one,) = phones(f"Call {number}, please.")
    assert one.text == number


def test_regions_decide():
    assert [one.sure for one in phones("06 12 34 56 78", ["FR"])] == [True]
    assert list(phones("06 12 34 56 78", ["US"])) == []
    assert [one.sure for one in phones("Phone: 06 12 34 56 78", ["US"])] == [False]
    assert [one.sure for one in phones("+33 6 12 34 56 78", ["US"])] == [True]


def test_bare_digits_need_a_word():
    assert list(phones("The sum is 4155552671.")) == []
    assert [one.sure for one in phones("Call me on 4155552671.")] == [True]
    assert [one.sure for one in phones("Ticket 054963797.")] == [False]


@pytest.mark.parametrize(
    "text",
    ["10/10/2024", "2024-10-10 12:00", "1990-2000", "192.168.10.24", "3.141592653", "1,234,567.89",
     "10 20 30 40 50 60", "12345 - 123 = 12222", "$1 000 000 000", "ISBN 978-3-16-148410-0 / x"],
)  # fmt: skip
def test_other_numbers(text):
    assert [one for one in phones(text) if one.sure] == []


def test_the_word_right_before_decides():
    assert list(phones("Phone of the order: 415-555-2671")) == []
    assert [one.sure for one in phones("order by phone 415-555-2671")] == [True]
    assert [one.sure for one in phones("order +34 612 345 678")] == [True]
    assert [one.sure for one in phones("order 020 7946 0018")] == [False]
    assert list(phones("cidr '34.128.0.0/10'")) == []


def test_thousands_are_a_phone_number_where_they_stand_alone():
    assert [one.sure for one in phones("Ann\n612 345 678\nBob", ["ES"])] == [True]
    assert [one for one in phones("We sold 612 345 678 of it", ["ES"]) if one.sure] == []
    assert [one.sure for one in phones("Móvil: 612 345 678", ["ES"])] == [True]
