"""Folders that `datasets` saved: all splits, one split, and broken ones."""

import json

import pyarrow as pa
import pytest

from ftstudio.core.errors import StudioError
from tests.nasty.reading_here import read_here


def save(folder, rows, file="data.arrow"):
    folder.mkdir(parents=True)
    table = pa.table({"question": [f"Lit {n}?" for n in range(rows)], "n": list(range(rows))})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    (folder / "data.arrow").write_bytes(sink.getvalue())
    state = {"_data_files": [{"filename": file}]}
    (folder / "state.json").write_text(json.dumps(state), "utf-8")


def test_splits_become_a_column(tmp_path):
    home = tmp_path / "in"
    save(home / "train", 3)
    save(home / "test", 2)
    (home / "dataset_dict.json").write_text('{"splits": ["train", "test"]}', "utf-8")
    table = read_here(home, tmp_path / "all")
    assert [row["part"] for row in table.rows()] == ["train"] * 3 + ["test"] * 2
    assert [row["_row"] for row in table.rows()] == ["1", "2", "3", "4", "5"]
    assert read_here(home, tmp_path / "one", sheet="test").row_count == 2


def test_one_without_splits(tmp_path):
    save(tmp_path / "in", 3)
    assert read_here(tmp_path / "in", tmp_path / "table").column_names == ["question", "n"]


@pytest.mark.parametrize("file", ["../data.arrow", "/etc/passwd", "gone.arrow"])
def test_names_that_lead_elsewhere_or_nowhere(tmp_path, file):
    save(tmp_path / "in", 3, file)
    with pytest.raises(StudioError) as caught:
        read_here(tmp_path / "in", tmp_path / "table")
    assert caught.value.code == "damaged"


def test_links_to_other_places_are_refused(tmp_path):
    save(home := tmp_path / "in", 3)
    (home / "data.arrow").rename(tmp_path / "away.arrow")
    (home / "data.arrow").symlink_to(tmp_path / "away.arrow")
    with pytest.raises(StudioError) as caught:
        read_here(home, tmp_path / "table")
    assert caught.value.code == "leads_outside"
