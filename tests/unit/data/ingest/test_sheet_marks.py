"""Errors and formulas without a value are found in the sheet that is read."""

import openpyxl

from ftstudio.data.ingest.sheet_marks import Marks, marks


def test_errors_and_uncomputed_formulas(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["fine", "fine"])
    sheet = book.create_sheet("Lamps & more")
    sheet.append(["a", "#REF!"])
    sheet.append(["=1+1", 3])
    sheet["B1"].data_type = "e"
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = marks(path, "Lamps & more").faults
    assert set(found) == {(0, 1), (1, 0)}
    assert "#REF!" in found[0, 1]
    assert "never computed" in found[1, 0]
    assert marks(path, "Sheet") == Marks()
    assert marks(path, "No such sheet") == Marks()


def test_hidden_rows_and_columns(tmp_path):
    book = openpyxl.Workbook()
    for number in range(1, 6):
        book.active.append([number, "x", "y", "z"])
    book.active.row_dimensions[2].hidden = book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions.group("B", "C", hidden=True)
    book.save(path := tmp_path / "a.xlsx")
    found = marks(path, "Sheet")
    assert (found.hidden_rows, found.hidden_columns) == ({1, 3}, {1, 2})
