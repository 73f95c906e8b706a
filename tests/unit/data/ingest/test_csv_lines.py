"""Lines become rows; a stray quote costs its own line."""

from ftstudio.data.ingest.csv_lines import Judge, Lines, Strays, records
from ftstudio.data.ingest.dialect import Dialect
from ftstudio.data.table import Problem


def read(*text: str) -> tuple[list, Strays]:
    strays = Strays()
    lines = Lines(enumerate((line + "\n" for line in text), start=1))
    return list(records(lines, Dialect(",", True), strays)), strays


def test_an_open_quote_gives_back_what_it_swallowed():
    found, strays = read("a,b", '"open,c', 'd,"e"', "f,g")
    assert isinstance(found[1], Problem)
    assert (found[1].row, strays.count) == (2, 1)
    assert found[2:] == [(3, ["d", "e"]), (4, ["f", "g"])]


def test_lines_are_seen_before_they_are_taken():
    lines = Lines(iter([(1, "a"), (2, "b")]))
    assert lines.peek(5) == ["a", "b"]
    lines.skip(1)
    assert lines.next() == (2, "b")
    assert lines.next() is None


def test_rows_of_another_width():
    judge = Judge(["a", "b"], short_is_fine=False)
    assert judge.row((1, ["x", "y", "", ""])).values == {"a": "x", "b": "y"}
    assert "1 cell, the header names 2 columns" in judge.row((2, ["x"])).reason
    assert judge.row((3, ["", ""])) is None
    assert judge.empty == 1
    assert Judge(["a", "b"], short_is_fine=True).row((2, ["x"])).values == {"a": "x", "b": ""}
