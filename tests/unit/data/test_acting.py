"""What steps share: changes are noted, removals have reasons, flags add up."""

from dataclasses import replace

from ftstudio.core.params import Params
from ftstudio.data.acting import changed, flagged, kind_of, left_out, row_named, told
from ftstudio.data.step import Row, steps
from tests.unit.data.conftest import example, rows_of

ROWS = rows_of(("A", "a"), ("B", "b"))


def test_only_what_differs_is_changed():
    rows = [replace(row, tokens=5, near="n", flags=frozenset({"f"})) for row in ROWS]
    outcome = changed(
        rows, lambda one: one.model_copy(update={"group": "g"}) if one.source_row == 2 else one
    )
    assert outcome.changed == [2]
    assert outcome.rows[0] is rows[0]
    new = outcome.rows[1]
    assert (new.tokens, new.near, new.flags) == (None, "n", {"f"})


def test_removed_rows_have_their_reason():
    outcome = left_out(ROWS, lambda row: "Too short." if row.number == 1 else "")
    assert (outcome.rows, outcome.removed, outcome.reasons) == (ROWS[1:], [1], {1: "Too short."})


def test_flags_add_up():
    once = flagged(ROWS, lambda row: ["x"] if row.number == 1 else [])
    assert once.changed == [1]
    twice = flagged(once.rows, lambda row: ["y"])
    assert twice.rows[0].flags == {"x", "y"}
    assert flagged(once.rows, lambda row: ["x"][row.number - 1 :]).changed == []


def test_a_finding_is_fine_without_rows():
    words = {"title": "t", "sentence": "s", "fine_title": "ft", "fine": "f", "remedy": "r"}
    bad, fine = told("k", [1, 2], **words), told("k", [], **words)
    assert (bad.severity, bad.count, bad.title, bad.remedy_title) == ("look", 2, "t", "r")
    assert (fine.severity, fine.count, fine.title, fine.remedy_title) == ("fine", 0, "ft", "")


def test_words():
    assert kind_of([]) == kind_of(ROWS) == "chat"
    assert row_named(1200) == "row 1,200"
    assert row_named(-1) == "a copy made by an earlier step"


def test_of_a_row_s_several_examples_each_goes_for_its_own_reason():
    pairs = [("", "a"), ("B", ""), ("C", "c"), ("", "d")]
    rows = [Row(example(*pair, 7, meta={"case": case})) for case, pair in enumerate(pairs, 1)]
    outcome = steps()["drop_empty"].apply(rows, Params())
    assert outcome.removed == [7]
    assert outcome.reasons == {7: "It has no question. Its answer is empty."}
