"""What the museum does not show of text tables: numbers of lines, limits, options."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest import csv_lines


def test_line_numbers_count_the_lines_inside_cells(read_text):
    table = read_text("a.csv", 'question,answer\n"a\nb\nc",d\ne,f\ng\n')
    assert [row["_row"] for row in table.rows()] == ["2", "5"]
    assert [problem.row for problem in table.problems] == [6]


def test_rows_without_their_last_cells_are_fine_where_that_is_usual(read_text):
    body = "".join(f"q{i},a{i}\n" if i % 2 else f"q{i},a{i},note\n" for i in range(40))
    table = read_text("a.csv", "question,answer,note\n" + body)
    assert (table.row_count, table.problems) == (40, [])
    assert table.rows(1, 1)[0]["note"] == ""


def test_many_stray_quotes_do_not_take_for_ever(read_text, monkeypatch):
    monkeypatch.setattr(csv_lines, "PATIENCE", 20)
    body = "".join(f'q{i},"a{i}\n' for i in range(101))
    table = read_text("a.csv", "question,answer\n" + body)
    assert table.rows_in_file >= 60
    assert len(table.problems) >= 20


def test_the_header_row_and_the_separator_can_be_chosen(read_text):
    table = read_text("a.csv", "x;y\nquestion;answer\na;b\n", header_row=2)
    assert table.column_names == ["question", "answer"]
    assert table.row_count == 1
    table = read_text("b.csv", "a;b\nc;d\n", header_row=0)
    assert (table.row_count, table.column_names) == (2, ["column 1", "column 2"])
    table = read_text("c.csv", "a;b|c\nd;e|f\n", delimiter="|")
    assert table.column_names == ["a;b", "c"]


def test_reading_can_stop_at_the_first_bad_row(read_text):
    with pytest.raises(StudioError) as caught:
        read_text("a.csv", "a,b\n1,2\n1,2,3\n", skip_bad=False)
    assert (caught.value.code, "row 3" in caught.value.what) == ("bad_row", True)


def test_names_that_come_again_are_no_example(read_text):
    """Exports that were put one under another."""
    rows = "question,answer\n" + "".join(f'Lit {n}?,"Yes, {n}."\n' for n in range(20))
    for times in (2, 4_000):  # row by row, and by columns
        table = read_text("a.csv", rows * times)
        assert (table.row_count, len(table.problems)) == (20 * times, times - 1)
        assert table.problems[0].row == 22
        assert table.problems[-1].row == 21 * (times - 1) + 1
    assert read_text("one.csv", "word\nlamp\nword\nlight\n").row_count == 3


def test_a_space_before_the_quotes(read_text):
    rows = "".join(f' Lit {n}? , "Yes, lit, {n}."\n' for n in range(9))
    table = read_text("a.csv", " question , answer \n" + rows)
    assert (table.row_count, table.problems) == (9, [])
    assert table.rows()[3]["answer"] == "Yes, lit, 3."


def test_a_log_begins_at_its_first_line(read_text):
    lines = "".join(f"2024-01-01 10:0{n} user {n} asked about lamps\n" for n in range(9))
    assert read_text("a.log", lines).row_count == 9
