"""A document is its table where it is mostly that, else its text."""

from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Reading, ReadOptions
from ftstudio.data.ingest.document import Grid, Words, document_rows
from ftstudio.data.table import Problem

FAQ = Grid([["question", "answer"], ["Lit?", "Yes, all night."], ["", ""], ["Out?", "a", "b"]])


def rows(parts, **options):
    reading = Reading(Path("a"), "a", ReadOptions(**options))
    return list(document_rows(parts, reading)), reading


def test_a_table_with_few_words_around_it():
    (first, second), reading = rows([Words("Our FAQ"), FAQ])
    assert (first.row, first.values) == (2, {"question": "Lit?", "answer": "Yes, all night."})
    assert isinstance(second, Problem)
    assert (second.row, reading.details["sheet"]) == (4, "table 1")


def test_a_table_amid_a_text_stays_in_its_place():
    (only,), reading = rows([Words("Lamps. " * 30), FAQ, Words("End.")])
    assert only.values["text"].endswith("Lit? | Yes, all night.\nOut? | a | b\n\nEnd.")
    assert reading.details["sheets"] == "the text / table 1"


def test_a_frame_around_text_is_no_table():
    (only,), _ = rows([Grid([["All in one cell."]])])
    assert only.values == {"text": "All in one cell."}


def test_what_is_not_there():
    with pytest.raises(StudioError) as caught:
        rows([FAQ], sheet="table 2")
    assert caught.value.code == "no_sheet"
    with pytest.raises(StudioError) as caught:
        rows([Words(" ")])
    assert caught.value.code == "no_text"
