"""What a step keeps of a model's word: places, and no names."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.finding.names import Span
from ftstudio.data.named import hand_over, handed, outline_of, read_back, written
from tests.unit.data.conftest import rows_of


def test_every_string_is_handed_over(tmp_path):
    rows = rows_of(("I am Ann", "Hello Ann"))
    hand_over(rows, tmp_path / "strings.jsonl")
    (row,) = handed(tmp_path / "strings.jsonl")
    assert (row.key, row.strings) == ("1", ["I am Ann", "Hello Ann"])
    assert row.outline == outline_of(rows[0].example)


def test_places_are_written_and_read_back():
    first = {0: [Span(3, 11, "name"), Span(20, 24, "place", False)], 2: [Span(0, 4, "address")]}
    found = {"12": first, "13.2": {1: [Span(5, 9, "organisation")]}}
    assert written(found) == "12=0:3:11:n,0:20:24:p?,2:0:4:a;13.2=1:5:9:o"
    assert read_back(written(found)) == found
    assert read_back("") == {}
    for damaged in ("12", "12=0:3:x:n", "12=0:3:4:z"):
        with pytest.raises(StudioError, match="can't be read"):
            read_back(damaged)
