"""Cards and bank accounts with right check digits, and nothing else."""

import pytest

from ftstudio.data.finding.accounts import cards, ibans


@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005",
                                    "6011111111111117", "3530111333300000"])  # fmt: skip
def test_cards(number):
    assert [one.text for one in cards(f"My card {number}, please")] == [number]


@pytest.mark.parametrize("text", ["4111 1111 1111 1112", "1111111111111117", "0.4111111111111111",
                                  "a4111111111111111", "41111111111111111"])  # fmt: skip
def test_no_cards(text):
    assert list(cards(text)) == []


def test_a_short_number_is_sure_only_as_a_card():
    assert [one.sure for one in cards("The result is 4212883012996")] == [False]
    assert [one.sure for one in cards("my Visa 4212883012996")] == [True]


def test_an_order_has_no_card_but_where_it_is_printed_or_named_so():
    assert [one.sure for one in cards("order no. 4111111111111111")] == [False]
    assert [one.sure for one in cards("order no. 4111 1111 1111 1111")] == [True]
    assert [one.sure for one in cards("my account: 3782 822463 10005")] == [True]
    assert [one.sure for one in cards("By credit card, account 4111111111111111")] == [True]


def test_ibans_end_where_their_country_ends():
    text = "ES91 2100 0418 4502 0005 1332 soon, de89370400440532013000, GB82 WEST 1234 5698 7654 32"
    assert [one.text for one in ibans(text)] == [
        "ES91 2100 0418 4502 0005 1332", "de89370400440532013000", "GB82 WEST 1234 5698 7654 32",
    ]  # fmt: skip
    assert list(ibans("ES92 2100 0418 4502 0005 1332, ZZ12 3456 7890 1234, DE89 3704 0044")) == []
