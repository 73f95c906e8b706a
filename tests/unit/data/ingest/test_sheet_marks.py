"""Errors and formulas without a value are found in the sheet that is read."""

import openpyxl

from ftstudio.data.ingest.sheet_marks import marks


def test_errors_and_uncomputed_formulas(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["fine", "fine"])
    sheet = book.create_sheet("Lamps & more")
    sheet.append(["a", "#REF!"])
    sheet.append(["=1+1", 3])
    sheet["B1"].data_type = "e"
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = marks(path, "Lamps & more")
    assert set(found) == {(0, 1), (1, 0)}
    assert "#REF!" in found[0, 1]
    assert "never computed" in found[1, 0]
    assert marks(path, "Sheet") == {}
    assert marks(path, "No such sheet") == {}
