"""Rows are found wherever one object keeps them."""

import pytest

from ftstudio.data.ingest.json_shapes import is_conversation, rows_in, rows_of_lists

ROWS = [{"q": "a", "a": "b"}, {"q": "c", "a": "d"}]
TALK = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ({"data": ROWS, "n": 2}, ROWS),
        ({"result": {"items": ROWS}}, ROWS),
        ({"q": ["a", "c"], "a": ["b", "d"]}, ROWS),
        ({"q": {"0": "a", "1": "c"}, "a": {"0": "b", "1": "d"}}, ROWS),
        ({"columns": ["q", "a"], "data": [["a", "b"], ["c", "d"]]}, ROWS),
        ({"x": ROWS[0], "y": ROWS[1]}, [{"key": "x", **ROWS[0]}, {"key": "y", **ROWS[1]}]),
        ({"messages": TALK}, [{"messages": TALK}]),
        ({"q": "a", "a": "b"}, [{"q": "a", "a": "b"}]),
        ({"train": ROWS, "test": ROWS[:1]},
         [{**ROWS[0], "part": "train"}, {**ROWS[1], "part": "train"}, {**ROWS[0], "part": "test"}]),
        ({}, [{}]),
    ],
)  # fmt: skip
def test_rows_in(value, rows):
    assert rows_in(value, {}) == rows


def test_it_says_where_they_were():
    details: dict[str, str] = {}
    rows_in({"version": 1, "data": ROWS}, details)
    assert details == {"rows under": "data", "beside the rows": "version"}


def test_lists_of_lists():
    assert rows_of_lists([["q", "a"], ["x?", "y"]]) == [{"q": "x?", "a": "y"}]
    assert rows_of_lists([TALK, TALK]) == [TALK, TALK]
    assert rows_of_lists([["q", "a"], ["x"]]) == [["q", "a"], ["x"]]


def test_conversations():
    assert is_conversation(TALK)
    assert is_conversation([{"from": "human", "value": "a"}])
    assert not is_conversation(ROWS)
    assert not is_conversation([])
