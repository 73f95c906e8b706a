"""The shared museums: our hand-made cases, csv-spectrum, JSONTestSuite and csvkit's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.drafting.report import findings_in
from ftstudio.data.layout import guess_layouts, layouts
from ftstudio.data.normal import normal
from ftstudio.data.step import Row, steps
from ftstudio.data.table import RawTable
from tests.nasty.reading_here import read_here
from tests.nasty.shared_data import SHARED, needs_shared

pytestmark = needs_shared

MADE = SHARED / "nasty" / "made"
SPECTRUM = SHARED / "nasty" / "max-mapper__csv-spectrum"
SUITE = SHARED / "nasty" / "nst__JSONTestSuite"
CSVKIT = SHARED / "nasty" / "wireservice__csvkit"
EXPECTED: dict[str, dict[str, Any]] = (
    json.loads((MADE / "EXPECTED.json").read_text("utf-8")) if MADE.is_dir() else {}
)
# What a warning of the oracle is called in our sentences.
WORDS = {
    "quote": "quotation mark",
    "mojibake": "mojibake",
    "duplicate key": "duplicate key",
    "nest": "nested",
    "empty conversation": "conversation is empty",
    "unknown role bing": "unknown role: bing",
    "tool_call_id": "tool_call_id",
    "arguments not JSON": "arguments that are not JSON",
    "undeclared function": "which its tools don't describe",
    "image": "picture",
    "missing.png": "missing.png can't be used: it is not there",
    "ends with user": "with a question that nobody answers",
    "two user turns": "two questions in a row",
    "empty answer": "an empty answer",
    "chosen equals rejected": "the same in both answers",
    "empty": "an empty answer",
    "broken.jpg": "broken.jpg: it is broken",
    "outside the folder": "outside the folder: ../../etc/passwd",
}


def said_of(table: RawTable) -> str:
    """All that reading, the best layout and the checks have to say."""
    best = guess_layouts(table)[0]
    rows, unusable = make_rows(table, best.layout, best.mapping)
    findings = findings_in(rows, None)
    problems = [*table.problems, *table.remarks, *unusable]
    return " ".join([*(p.reason for p in problems), *(f.sentence for f in findings)])


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_made(name: str, tmp_path: Path):
    oracle = EXPECTED[name]
    if oracle.get("refuse"):
        with pytest.raises(StudioError) as caught:
            read_here(MADE / name, tmp_path / "table")
        assert any(word.lower() in str(caught.value).lower() for word in oracle["reason"])
        return
    table = read_here(MADE / name, tmp_path / "table")
    rows = table.rows()
    if "rows" in oracle:
        assert len(rows) == oracle["rows"]
    assert len(rows) >= oracle.get("rows_min", 0)
    assert table.rows_in_file == len(rows) + len(table.problems)
    if "columns" in oracle:
        assert table.column_names == oracle["columns"]
    for column, index, value in oracle.get("checks", []):
        assert (rows[index][column] or "").replace("\r\n", "\n") == value
    _warnings(table, oracle.get("warn", []))


def _warnings(table: RawTable, expected: list[str]) -> None:
    for warning in expected:
        if warning.startswith("lines "):
            lines = [int(number) for number in warning[6:].split(",")]
            assert [problem.row for problem in table.problems] == lines
        else:
            assert WORDS[warning] in said_of(table)


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("*.csv")), ids=lambda path: path.name)
def test_csv_spectrum(path: Path, tmp_path: Path):
    table = read_here(path, tmp_path / "table")
    got = [{k: v for k, v in row.items() if k != "_row"} for row in table.rows()]
    said = json.loads(path.with_suffix(".json").read_text("utf-8"))
    want = said if isinstance(said, list) else [said]
    if path.name == "location_coordinates.csv":  # its oracle names another phone number
        want[0]["Contact Phone Number"] = "2095257564"
    plain = [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in want]
    assert [{k: (v or "").replace("\r\n", "\n") for k, v in row.items()} for row in got] == plain


@pytest.mark.parametrize("path", sorted(SUITE.glob("*.json")), ids=lambda path: path.name)
def test_json_suite(path: Path, tmp_path: Path):
    """y_ must be taken without a word, n_ must be reported, i_ must end either way."""
    try:
        table = read_here(path, tmp_path / "table")
    except StudioError as error:
        rows, words = 0, [str(error)]
    else:
        rows, words = table.row_count, [p.reason for p in [*table.problems, *table.remarks]]
    if path.name.startswith("y_"):
        assert (rows >= 1, words) == (True, [])
    if path.name.startswith("n_"):
        assert words


CSVKIT_ROWS = {
    "bad.csv": (1, 2),
    "bad_skip_lines.csv": (1, 2),
    "blanks.csv": (1, 0),
    "dummy.csv.gz": (1, 0),
    "mac_newlines.csv": (2, 0),
    "sheets.xlsx": (5, 0),
    "test_join_short_rows.csv": (1, 2),
    "test_locale.csv": (1, 0),
    "test_utf16_big.csv": (2, 0),
    "test_utf16_little.csv": (2, 0),
    "test_utf8_bom.csv": (2, 0),
    "testjson_nested.json": (2, 0),
}


@pytest.mark.parametrize("name", sorted(CSVKIT_ROWS))
def test_csvkit(name: str, tmp_path: Path):
    table = read_here(CSVKIT / name, tmp_path / "table")
    assert (table.row_count, len(table.problems)) == CSVKIT_ROWS[name]


def test_labelled_duplicates(tmp_path: Path):
    """Ten exact pairs and eight that differ in case or white space: the step finds them all."""
    table = read_here(MADE / "dups_labelled.csv", tmp_path / "table")
    best = guess_layouts(table)[0]
    rows = [Row(layouts()[best.layout].to_example(row, best.mapping)) for row in table.rows()]
    step = steps()["drop_exact_duplicates"]
    left = step.apply(rows, step.params()).rows
    texts = {normal(r.example.question) + normal(r.example.answer) for r in rows}
    assert len(left) == len(texts)
    oracle = EXPECTED["dups_labelled.csv"]
    assert len(rows) - len(left) >= oracle["exact_pairs"]
    conflicts = steps()["drop_contradictions"]
    assert conflicts.find(left, conflicts.params()).count == oracle["conflicts"]
