"""No cell of a file of ours is computed by a spreadsheet."""

import csv

import pytest

from ftstudio.data.csv_file import no_formula, write_csv, write_problems
from ftstudio.data.table import Problem


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_become_text(text):
    assert no_formula(text) == "'" + text


@pytest.mark.parametrize("value", ["", "a=1", " =1", -3, -0.5])
def test_others_stay(value):
    assert no_formula(value) == value


def test_problems_are_written_for_excel(tmp_path):
    path = tmp_path / "a.csv"
    write_problems(path, [Problem(3, "A quote.", '=cmd|"/c calc"'), Problem(4, "Bytes.", "\udcff")])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["row", "reason", "text"], ["3", "A quote.", "'=cmd|\"/c calc\""],
                    ["4", "Bytes.", "\\udcff"]]  # fmt: skip


def test_names_are_cells_too(tmp_path):
    write_csv(tmp_path / "a.csv", ["=name"], [])
    assert "'=name" in (tmp_path / "a.csv").read_text("utf-8-sig")


def test_what_can_not_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def rows():
        yield [1]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_csv(path, ["n"], rows())
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]
