"""Lines that orjson would take otherwise are left to the careful reader."""

import json

import pytest

from ftstudio.data.format import Block, Record
from ftstudio.data.ingest.fast_json import fast_lines

GOOD = b'{"a": "x", "b": {"c": ["say \\"hi\\"", 1.5]}}'


def items(*lines: bytes) -> list:
    def careful(number, text):
        yield Record(number, {"careful": text})

    return list(fast_lines(list(lines), 1, careful))


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": "x", "b": "y"}}',
        b'{"a": 123456789012345678901}',
        b'{"a": [123456789012345678901]}',
        b'{"a": NaN}',
        b"[1]",
        b'{"a": "x"',
        b"",
        b'{"a": "\\ud800"}',
    ],
)
def test_doubtful(line):
    kinds = [type(item) for item in items(GOOD, line, GOOD)]
    assert kinds == [Block, Record, Block]


def test_a_block_keeps_texts_and_what_they_were():
    (block,) = items(GOOD, b'{"b": null, "c": 7}')
    assert block.rows.tolist() == [1, 2]
    assert list(block.columns) == ["a", "b", "c"]
    assert block.columns["a"].to_pylist() == ["x", None]
    assert json.loads(block.columns["b"].to_pylist()[0]) == {"c": ['say "hi"', 1.5]}
    assert block.values["c"] == [None, 7]


def test_escaped_marks_are_not_taken_for_doubled_names():
    tricky = json.dumps({"a\\": 'x\\"', 'b"': "\\\\", "c": '\\"\\'}).encode()
    (block,) = items(tricky, GOOD)
    assert block.columns["a\\"].to_pylist() == ['x\\"', None]
