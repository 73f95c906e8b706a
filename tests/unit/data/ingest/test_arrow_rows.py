"""Arrow values become plain ones, all the way down."""

import pyarrow as pa

from ftstudio.data.ingest.arrow_rows import plain, rows_of
from ftstudio.data.pictures import name_by_content
from tests.unit.data.test_pictures import png


def test_bytes_are_text_where_they_can_be():
    assert plain({"a": [b"lamp", b"\xff\xfe"]}) == {"a": ["lamp", "(2 bytes)"]}


def test_pictures_in_rows_become_files(tmp_path):
    home = tmp_path / "files"
    shown = {"bytes": png(4, 4), "path": "a.png"}
    said = plain({"image": shown, "images": [shown, png(5, 4)], "other": b"\xff\x00"}, home)
    assert said["image"] == said["images"][0] == name_by_content(home / said["image"])
    assert (home / said["images"][1]).read_bytes() == png(5, 4)
    assert said["other"] == "(2 bytes)"
    assert len(list(home.iterdir())) == 2


def test_rows_of_many_batches_come_in_order():
    table = pa.table({"n": list(range(2500)), "raw": [b"x"] * 2500})
    rows = list(rows_of(table.to_batches(max_chunksize=1700)))
    assert [row["n"] for row in rows] == list(range(2500))
    assert rows[0]["raw"] == "x"
