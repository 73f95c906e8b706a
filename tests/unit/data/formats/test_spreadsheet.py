"""What the museum does not show of spreadsheets: places, totals, merged cells below."""

import io

import openpyxl


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
