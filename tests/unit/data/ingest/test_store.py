"""Rows become text, columns are got to know, and what can't be kept is a problem."""

import datetime

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Record
from ftstudio.data.ingest import store as store_module
from ftstudio.data.ingest.store import RowStore
from ftstudio.data.ingest.values import as_text
from ftstudio.data.table import Problem


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("007", "007"), (True, "true"), (7, "7"), (0.5, "0.5"),
        (float("nan"), "NaN"), (float("-inf"), "-Infinity"), ([1, "ä"], '[1, "ä"]'),
        ({"a": None}, '{"a": null}'), (datetime.date(2026, 3, 1), "2026-03-01"),
        (datetime.datetime(2026, 3, 1, 9, 30), "2026-03-01T09:30:00"),
    ],
)  # fmt: skip
def test_values_as_text(value, text):
    assert as_text(value) == text


def described(tmp_path, values):
    store = RowStore(tmp_path)
    for row, value in enumerate(values, start=1):
        store.add(Record(row, {"a": value}))
    (column,) = store.finish()
    return column


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a lamp", "b"], "text"), (["1", "2,5", "1.000,5", "-3e4"], "number"),
        (["2026-01-01", "1.2.2026", "01/02/2026"], "date"), (["ja", "nein", "Ja"], "yes/no"),
        (['[{"role": "user"}]', "[]"], "list"), ([{"a": 1}, {"b": 2}], "object"),
        ([None, "", None], "empty"), (["1", "x", "2"], "text"), ([True, False], "yes/no"),
    ],
)  # fmt: skip
def test_kinds(tmp_path, values, kind):
    assert described(tmp_path, values).kind == kind


def test_a_column_is_measured(tmp_path):
    column = described(tmp_path, ["Lit?", "Out?", "", "Lit?", "Yes."])
    assert (column.filled, column.distinct) == (4, 3)
    assert column.questions == 0.75
    assert column.mean_length == 4.0
    assert column.examples == ("Lit?", "Out?", "Yes.")


def test_what_can_not_be_kept_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(store_module, "LARGEST_CELL", 100)
    store = RowStore(tmp_path)
    store.add(Record(1, {"a": "x" * 101}))
    store.add(Record(2, {"a": "half \ud800"}))
    store.add(Record(3, {"a": "fine"}))
    store.finish()
    assert store.row_count == 1
    assert [problem.row for problem in store.problems] == [1, 2]
    assert "too long" in store.problems[0].reason
    store.problems[1].text.encode("utf-8")


def test_thousands_of_problems_are_counted_without_their_text(tmp_path):
    store = RowStore(tmp_path)
    for row in range(3_000):
        store.add_problem(Problem(row, "bad", "text"))
    assert len(store.problems) == 3_000
    assert (store.problems[0].text, store.problems[-1].text) == ("text", "")


def test_columns_without_end_are_refused(tmp_path):
    store = RowStore(tmp_path)
    for row in range(store_module.MOST_COLUMNS):
        store.add(Record(row, {f"name {row}": "x"}))
    with pytest.raises(StudioError) as caught:
        store.add(Record(9_999, {"one more": "x"}))
    assert caught.value.code == "too_many_columns"


def test_names_that_can_not_be_stored_are_changed(tmp_path):
    store = RowStore(tmp_path, ["_row", "bad \udcff"])
    store.add(Record(1, {"_row": "9", "bad \udcff": "x"}))
    assert [column.name for column in store.finish()] == ["row number", "bad ?"]
