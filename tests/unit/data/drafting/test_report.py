"""What was lost before any step, and what is too little, in the check list's words."""

from dataclasses import replace

from ftstudio.data.drafting.report import Report, findings_in, reading_findings, too_few
from ftstudio.data.table import Problem
from tests.unit.data.conftest import rows_of


def test_what_was_lost_is_counted_apart():
    lost = [Problem(4, "Too many cells."), Problem(5, "Too few.")]
    read, made = reading_findings(lost, [Problem(7, "No role.")])
    assert (read.key, read.count, read.rows) == ("unread", 2, [4, 5])
    assert "2 rows were left out while reading. The first: row 4. Too many cells." in read.sentence
    assert (made.key, made.count) == ("unusable", 1)
    assert "1 row was left out." in made.sentence
    assert reading_findings([], []) == []


def test_nothing_to_learn_from_blocks():
    none, few = too_few(0), too_few(3)
    assert Report([few, none], 3, 3).blocking == [none]
    assert few.sentence.startswith("Only 3 examples are left.")
    assert (none.remedy.page, few.remedy.page) == ("columns", "more")


def test_only_a_model_s_limit_makes_rows_too_long():
    rows = [replace(row, tokens=50) for row in rows_of(("Lit?", "Yes."), ("Dark?", "No."))]
    known = {one.key for one in findings_in(rows, None)}
    told = {one.key: one for one in findings_in(rows, 40)}
    assert told.keys() - known == {"drop_long"}
    assert told["drop_long"].rows == [row.number for row in rows]
    assert "few_rows" in known
    assert "hide_personal" not in known  # slow: only on "Look closer"
