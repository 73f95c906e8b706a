"""What the museum does not show of spreadsheets: places, totals, merged cells below."""

import io

import openpyxl
import pytest

from tests.nasty.reading_here import read_here


def saved(fill) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_rows_and_columns_are_numbered_as_excel_does(read_text):
    def fill(sheet):
        for place, value in {"C4": "question", "D4": "answer", "C5": "a?", "D5": "b",
                             "C7": "c?", "D7": 3.0}.items():  # fmt: skip
            sheet[place] = value

    table = read_text("a.xlsx", saved(fill))
    assert [(row["_row"], row["answer"]) for row in table.rows()] == [("5", "b"), ("7", "3")]
    assert table.details["header"] == "row 4"


def test_merged_cells_below_the_header_are_filled_down(read_text):
    def fill(sheet):
        for row in [["question", "answer"], ["a?", "b"], [None, "c"], ["d?", "e"]]:
            sheet.append(row)
        sheet.merge_cells("A2:A3")

    rows = read_text("a.xlsx", saved(fill)).rows()
    assert [row["question"] for row in rows] == ["a?", "a?", "d?"]


def test_a_total_below_a_gap_is_no_example(read_text):
    def fill(sheet):
        for row in [["question", "answer"], ["a?", "b"], ["c?", "d"], [], ["Summe", 2]]:
            sheet.append(row)

    table = read_text("a.xlsx", saved(fill))
    assert table.row_count == 2
    assert [problem.row for problem in table.problems] == [5]


def test_cells_beyond_the_header_are_kept(read_text):
    def fill(sheet):
        for row in [["question", "answer"], ["a?", "b"], ["c?", "d"]]:
            sheet.append(row)
        for number in range(4, 80):
            sheet.append([f"q{number}?", "x"])
        sheet.append(["e?", "f", "stray"])

    table = read_text("a.xlsx", saved(fill))
    assert (table.row_count, table.problems) == (79, [])
    assert table.rows()[-1]["column 3"] == "stray"


def test_unnamed_columns_with_nothing_in_them_are_none(read_text):
    def fill(sheet):
        for row in [["question", "answer"], ["a?", "b"], ["c?", "d"]]:
            sheet.append(row)
        sheet["F1"] = " "

    assert read_text("a.xlsx", saved(fill)).column_names == ["question", "answer"]


def _asked(n):
    return [f"Where is lamp {n} of the house?", f"It stands at door {n}, on the left."]


def _book(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_second_table_below_the_first_is_no_part_of_it(tmp_path):
    first = [["Question", "Answer"], *map(_asked, range(30)), []]
    second = [["Product", "Price", "Stock"], *[[f"P{n}", n * 2.5, n] for n in range(8)]]
    table = read_here(_book(tmp_path / "a.xlsx", [*first, *second]), tmp_path / "table")
    assert (table.row_count, table.rows_in_file) == (30, 39)
    assert table.problems[0].row == 33
    assert all("begins in row 33" in problem.reason for problem in table.problems)


@pytest.mark.parametrize("more", [[["Billing"]], [["Where is it all?", "Here, at door 5."]]])
def test_a_gap_alone_begins_no_table(tmp_path, more):
    rows = [["Question", "Answer"], *map(_asked, range(30)), [], *more, *map(_asked, range(30, 40))]
    table = read_here(_book(tmp_path / "a.xlsx", rows), tmp_path / "table")
    assert (table.row_count, table.problems) == (41, [])


@pytest.mark.parametrize("gap", [[], [[]]])
def test_totals_with_and_without_a_gap(tmp_path, gap):
    rows = [["Text", "Stars"], *[[_asked(n)[0], n % 5] for n in range(30)], *gap, ["Total", 60]]
    table = read_here(_book(tmp_path / "a.xlsx", rows), tmp_path / "table")
    assert (table.row_count, table.rows_in_file) == (30, 31)
    assert "total" in table.problems[0].reason


def test_a_row_that_says_total_among_others_stays(tmp_path):
    rows = [["Word", "Meaning"], ["Total", "All of it."], *map(_asked, range(30)),
            ["Sum", "What comes out."]]  # fmt: skip
    table = read_here(_book(tmp_path / "a.xlsx", rows), tmp_path / "table")
    assert (table.row_count, table.problems) == (32, [])


def hide(sheet, rows, columns):
    for row in [["question", "answer", "note"], *([f"q{n}?", "a", "n"] for n in range(6))]:
        sheet.append(row)
    for row in rows:
        sheet.row_dimensions[row].hidden = True
    for column in columns:
        sheet.column_dimensions[column].hidden = True


@pytest.mark.parametrize(
    ("rows", "columns", "told"),
    [
        ((3, 4, 9), "", ["2 rows are hidden in the workbook (by hand or by a filter)"]),
        ((3,), "", ["1 row is hidden in the workbook"]),
        ((), "CF", ["1 column is hidden in the workbook (“note”)"]),
        ((), "AB", ["2 columns are hidden in the workbook (“question”, “answer”)"]),
        ((), "", []),
    ],
)
def test_what_is_hidden_is_read_and_told(read_text, rows, columns, told):
    table = read_text("a.xlsx", saved(lambda sheet: hide(sheet, rows, columns)))
    assert (table.row_count, table.problems) == (6, [])
    assert len(table.remarks) == len(told)
    for remark, words in zip(table.remarks, told, strict=True):
        assert remark.reason.startswith(words)
        assert "read like the others" in remark.reason


def test_hidden_sheets_are_told(read_text):
    def fill(sheet):
        hide(sheet, (), "")
        for name in ("old", "older"):
            other = sheet.parent.create_sheet(name)
            hide(other, (), "")
            other.sheet_state = "hidden" if name == "old" else "veryHidden"

    content = saved(fill)
    (remark,) = read_text("a.xlsx", content).remarks
    assert remark.reason == "2 sheets are hidden in the workbook and not read: “old”, “older”."
    own, rest = read_text("a.xlsx", content, sheet="old").remarks
    assert own.reason.startswith("The sheet “old” is hidden in the workbook; it was read")
    assert rest.reason.startswith("1 sheet is hidden")


def test_names_that_come_again_are_no_example(read_text):
    def fill(sheet):
        for row in [["question", "answer"], ["a?", "b"], ["question", "answer"], ["c?", "d"]]:
            sheet.append(row)

    table = read_text("a.xlsx", saved(fill))
    assert [row["question"] for row in table.rows()] == ["a?", "c?"]
    assert [(p.row, p.reason[:27]) for p in table.problems] == [(3, "The names of the columns on")]
