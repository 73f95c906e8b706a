"""The rows left out, as a table that no spreadsheet runs."""

import csv
import io

import pytest

from ftstudio.data.table import Problem
from ftstudio.data.versions.drops import drops_table, escaped
from tests.unit.data.conftest import example


def test_every_row_stands_there_with_its_reason():
    rows = [("3", "reading", "Too many cells.", None, "a,b"),
            ("5.2", "trim", "Gone.", example("=SUM(A1)", "line\none"), "")]  # fmt: skip
    assert list(csv.reader(io.StringIO(drops_table(rows)))) == [
        ["row", "stage", "reason", "about", "said"],
        ["3", "reading", "Too many cells.", "a,b", ""],
        ["5.2", "trim", "Gone.", "'=SUM(A1)", "line\none"],
    ]


def test_rows_of_a_joined_file_stand_under_its_name():
    table = drops_table([], "=a.csv", [Problem(9, "No row of q.csv has it.", "@lone")])
    assert list(csv.reader(io.StringIO(table)))[1:] == [
        ["'=a.csv:9", "joining", "No row of q.csv has it.", "'@lone", ""]
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "  =1", "\r=1"])
def test_formulas_are_disarmed(text):
    assert escaped(text) == f"'{text}"


def test_plain_text_is_left_alone():
    assert escaped("a=1") == "a=1"
    assert escaped("") == ""
    assert escaped("a\x00b") == "ab"
