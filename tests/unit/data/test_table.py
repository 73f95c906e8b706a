"""Rows are given in slices, and a table is found again as it was saved."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.table import EXCERPT, RawTable, excerpt, first_of


def lines(count: int) -> str:
    return "question,answer\n" + "".join(f"q{i}?,a{i}\n" for i in range(count))


def test_slices_cross_the_groups_of_the_file(read_text):
    table = read_text("long.csv", lines(12_000))
    assert table.row_count == 12_000
    some = table.rows(4_998, 5)
    assert [row["question"] for row in some] == [f"q{i}?" for i in range(4_998, 5_003)]
    assert some[0]["_row"] == "5000"  # the header is line 1
    assert table.rows(11_999, 50)[0]["answer"] == "a11999"
    assert table.rows(12_000, 5) == []
    assert list(table.each()) == table.rows()


def test_a_sample_sees_the_end(read_text):
    table = read_text("long.csv", lines(5_000))
    rows = table.sample(300)
    assert len(rows) == 300
    assert rows[-1]["question"] == "q4999?"


def test_a_saved_table_is_the_same(read_text):
    table = read_text("ragged.csv", "question,answer,tag\na?,b,c\nd?,e\n")
    again = RawTable.load(table.folder)
    assert again == table
    assert again.rows_in_file == 2


def test_a_damaged_table_says_what_to_do(read_text):
    table = read_text("a.csv", lines(3))
    (table.folder / "table.json").write_text("{", "utf-8")
    with pytest.raises(StudioError, match="Choose the file again"):
        RawTable.load(table.folder)


def test_an_excerpt_is_one_short_line():
    assert excerpt("a\n b\t c") == "a b c"
    assert len(excerpt("x" * 5000)) == EXCERPT


def test_the_first_of_many():
    assert first_of(["a", "b"]) == "a, b"
    assert first_of([*"abcdefgh"]) == "a, b, c, d, e and 3 more"
    assert first_of(["a", "b"], 1) == "a and 1 more"
