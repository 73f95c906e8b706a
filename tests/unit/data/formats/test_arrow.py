"""Arrow files and streams are read alike."""

import pytest

from tests.nasty.containers import arrow


@pytest.mark.parametrize("stream", [False, True])
def test_both_kinds(read_text, stream):
    table = read_text("a.arrow", arrow(stream))
    assert table.column_names == ["question", "answer", "n"]
    assert [(row["answer"], row["n"]) for row in table.rows()] == [("Yes.", "1"), (None, "2")]
    assert [column.kind for column in table.columns] == ["text", "text", "number"]
