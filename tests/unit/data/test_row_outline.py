"""A row is known again by its outline, and nobody can be guessed from it."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.row_outline import outline, read_back, written


def test_the_same_row_has_the_same_outline_and_a_changed_one_another():
    row = ["Is the parcel for Ann Berg there?", "It came on Monday."]
    assert outline(row) == outline(list(row))
    assert outline(row) != outline(["Is the letter for Ann Berg there?", "It came on Monday."])
    assert outline(row) != outline(["Is the parcel  for Ann Berg there?", "It came on Monday."])
    assert outline(row) != outline(["Is the parcel for Ann Berg there? It came", "on Monday."])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("call Ann Berg now", "call Bob Holt now"),
        ("reach me at ann@mail.org", "reach me at bob@mail.org"),
        ("my card is 4111 1111 1111 1111", "my card is 5500 0000 0000 0004"),
        ("in (Rome)", "in (Bonn)"),
    ],
)
def test_names_and_numbers_do_not_count(one, other):
    assert outline([one]) == outline([other])


def test_words_of_any_script_in_small_letters_count():
    assert outline(["где посылка"]) != outline(["кто посылка"])


def test_a_long_word_takes_no_time():
    assert outline(["a" * 300_000]) != outline(["b" * 300_000])


def test_lists_are_written_and_read_back():
    outlines = {"12": "0a1b2c3d", "13.2": "ffffffff", "-3": "00000000"}
    assert read_back(written(outlines)) == outlines
    assert read_back("") == {}
    with pytest.raises(StudioError, match="can't be read"):
        read_back("12;34")
