"""What the museum does not show of Parquet: dates, nesting, and its own names."""

import datetime
import io

import pyarrow as pa
import pyarrow.parquet as parquet


def test_values_become_text(read_text):
    sink = io.BytesIO()
    columns = {
        "on": [datetime.datetime(2026, 3, 1, 9, 30), None],
        "tags": [["a", "b"], []],
        "inner": [{"x": 1, "raw": b"y"}, None],
        "ok": [True, False],
    }
    parquet.write_table(pa.table(columns), sink)
    rows = read_text("a.parquet", sink.getvalue()).rows()
    assert rows[0] == {
        "_row": "1", "on": "2026-03-01T09:30:00", "tags": '["a", "b"]',
        "inner": '{"x": 1, "raw": "y"}', "ok": "true",
    }  # fmt: skip
    assert rows[1]["on"] is None
