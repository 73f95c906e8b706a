"""Several files at once: together where they can be, and what is left otherwise."""

import pytest

from ftstudio.data.chosen_files import Chosen, choose_among, one_of_two
from ftstudio.data.format import ReadOptions
from tests.nasty.reading_here import read_here

CSV = "question,answer\nLit?,Yes.\nOut?,No.\n"


@pytest.fixture
def home(tmp_path):
    (home := tmp_path / "downloads").mkdir()
    for name in ("b.csv", "a.csv", "bill.csv", "photo.png"):
        (home / name).write_text(CSV, "utf-8")
    return home


def read_chosen(chosen, into):
    return read_here(chosen.path, into, sheet=chosen.options.sheet)


def test_files_side_by_side_are_one_table(home, tmp_path):
    chosen = choose_among([home / "b.csv", home / "a.csv"])
    table = read_chosen(chosen, tmp_path / "table")
    assert [row["file"] for row in table.rows()] == ["a.csv"] * 2 + ["b.csv"] * 2
    assert (table.details["sheets"], table.remarks) == ("a.csv / b.csv", [])
    assert one_of_two(table, chosen.options) is None
    (home / "bill.csv").write_text("other", "utf-8")  # what lies beside them is not looked at
    assert read_chosen(chosen, tmp_path / "again").sha256 == table.sha256


def test_of_other_things_the_first_is_read(home, tmp_path):
    (other := tmp_path / "c.csv").write_text(CSV)
    assert choose_among([home / "a.csv"]) == Chosen(home / "a.csv")
    assert choose_among([home / "a.csv", other]) == Chosen(home / "a.csv", left=(other,))
    assert choose_among([home, other]) == Chosen(home, left=(other,))


def test_two_files_of_other_columns(home, tmp_path):
    (home / "b.csv").write_text("id,price\n1,2\n", "utf-8")
    chosen = choose_among([home / "b.csv", home / "a.csv"])
    table = read_chosen(chosen, tmp_path / "table")
    assert (table.row_count, table.details["not read"]) == (2, "b.csv")
    assert one_of_two(table, chosen.options) == Chosen(home / "a.csv", left=(home / "b.csv",))
    three = choose_among([home / name for name in ("a.csv", "b.csv", "bill.csv")])
    table = read_chosen(three, tmp_path / "three")
    assert (table.row_count, table.details["not read"]) == (4, "b.csv")
    assert one_of_two(table, three.options) is None
    assert one_of_two(table, ReadOptions()) is None


def test_one_that_can_not_be_read_is_told(home, tmp_path):
    (home / "photo.png").write_bytes(b"\x89PNG")
    chosen = choose_among([home / "photo.png", home / "a.csv", home / "b.csv"])
    table = read_chosen(chosen, tmp_path / "table")
    assert table.row_count == 4
    assert [r.reason for r in table.remarks] == ["photo.png can't be read and was left out."]
