"""A folder is read through the child as well, and its files may be chosen."""

from ftstudio.data.ingest.reading import ReadOptions, read_file


def test_through_the_child(tmp_path):
    (folder := tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.csv").write_text("question,answer\nLit?,Yes.\nOut?,No.\n", "utf-8")
    table = read_file(folder, tmp_path / "table", ReadOptions(sheet="b.csv"))
    assert table.row_count == 2
    assert table.details["sheets"] == "a.csv / b.csv"
    assert sorted(path.name for path in table.folder.iterdir()) == ["rows.parquet", "table.json"]
