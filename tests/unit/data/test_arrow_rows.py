"""Arrow values become plain ones, all the way down."""

import pyarrow as pa

from ftstudio.data.arrow_rows import plain, rows_of


def test_bytes_are_text_where_they_can_be():
    assert plain({"a": [b"lamp", b"\xff\xfe"]}) == {"a": ["lamp", "(2 bytes)"]}


def test_rows_of_many_batches_come_in_order():
    table = pa.table({"n": list(range(2500)), "raw": [b"x"] * 2500})
    rows = list(rows_of(table.to_batches(max_chunksize=1700)))
    assert [row["n"] for row in rows] == list(range(2500))
    assert rows[0]["raw"] == "x"
