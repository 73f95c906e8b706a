"""The one error a person sees survives its trip through a file."""

from ftstudio.core.errors import StudioError


def test_round_trip():
    error = StudioError("It is full.", "No space is left.", "Free some.", code="disk_full")
    again = StudioError.from_dict(error.to_dict())
    assert again.to_dict() == error.to_dict()
    assert str(again) == "It is full. No space is left. Free some."


def test_a_foreign_dictionary_still_gives_a_sentence():
    assert StudioError.from_dict({}).what
