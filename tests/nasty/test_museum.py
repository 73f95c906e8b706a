"""Every exhibit of our own museum is read rightly, or refused with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest.reading import ReadOptions, read_file
from ftstudio.data.table import RawTable
from tests.nasty.make_museum import EXHIBITS, Exhibit, make
from tests.nasty.reading_here import read_here


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("museum")
    make(folder)
    return folder


def test_the_museum_is_not_empty():
    assert len(EXHIBITS) >= 70
    assert len({exhibit.name for exhibit in EXHIBITS}) == len(EXHIBITS)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_exhibit(exhibit: Exhibit, museum: Path, tmp_path: Path):
    path = museum / exhibit.name
    if exhibit.refused:
        with pytest.raises(StudioError) as caught:
            read_here(path, tmp_path / "table", **exhibit.options)
        assert caught.value.code == exhibit.refused
        for sentence in (caught.value.what, caught.value.why, caught.value.remedy):
            assert sentence.strip()
            assert sentence.strip()[-1] in ".?!…" or ": " in sentence
        return
    table = read_here(path, tmp_path / "table", **exhibit.options)
    _check(table, exhibit)


def _check(table: RawTable, exhibit: Exhibit) -> None:
    rows = table.rows()
    assert len(rows) == table.row_count == exhibit.rows
    assert tuple(problem.row for problem in table.problems) == exhibit.problems
    assert table.rows_in_file == table.row_count + len(table.problems)
    assert all(problem.reason.endswith((".", "n't count).")) for problem in table.problems)
    if exhibit.columns:
        assert tuple(table.column_names) == exhibit.columns
    if exhibit.format:
        assert table.format == exhibit.format
    for (row, column), value in exhibit.cells.items():
        assert rows[row][column] == value
    for key, part in exhibit.details.items():
        assert part in table.details[key]
    if exhibit.remark:
        assert any(exhibit.remark in remark.reason for remark in table.remarks)
    numbers = [row["_row"] for row in rows]
    assert len(set(numbers)) == len(numbers)


CHILDREN = ["german_excel.csv", "plain.xlsx", "broken_lines.jsonl", "talk.parquet", "deep.json"]


@pytest.mark.parametrize("name", CHILDREN)
def test_the_child_reads_the_same(name: str, museum: Path, tmp_path: Path):
    exhibit = next(e for e in EXHIBITS if e.name == name)
    table = read_file(museum / name, tmp_path / "table", ReadOptions(**exhibit.options))
    _check(table, exhibit)
