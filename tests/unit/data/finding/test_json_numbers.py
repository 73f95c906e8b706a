"""Numbers of real JSON are told from those in prose that looks a little like it."""

import contextlib
import json
import random
import sys

import pytest

from ftstudio.data.finding import json_numbers
from ftstudio.data.finding.json_numbers import numbers_in_json


def found(text):
    return [text[start:end] for start, end in sorted(numbers_in_json(text))]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ('{"a": 12, "b": [3, {"c": -4.5e6}], "d": "7 8", "e": null}', ["12", "3", "-4.5e6"]),
        ("[1, 2]", ["1", "2"]),
        ('<tool_call>{"a": 1}</tool_call> and {"b": 2}', ["1", "2"]),
        ('{"a": 1}\n{"a": 2}\n', ["1", "2"]),
        ('{"said": "{\\"a\\": 1, \\"b\\": [2]}", "c": 3}', ["3"]),
        ('{so {"a": 1} and [{"b": 2}, so', ["1", "2"]),
        ('{"a": 1, "b": [2, 3], oops}', []),
        ("see [12] and {34}", []),
        ('"a": 1, b', []),
        ("{'a': 1}", []),
        ('{"a": 012}', []),
        ('{"a": 1', []),
        ('{"a" 1}', []),
        ('{"a": 1,}', []),
        ("[1 2]", []),
        ("[1]]", ["1"]),
        ("", []),
    ],
)
def test_only_values_of_whole_json(text, numbers):
    assert found(text) == numbers


def test_as_the_standard_library_reads_it():
    """Random JSON, whole and with a sign taken out: numbers are found where it can be read."""
    chance = random.Random(4)

    def value(depth):
        kind = chance.randrange(6 if depth else 4)
        if kind == 4:
            return [value(depth - 1) for _ in range(chance.randrange(3))]
        if kind == 5:
            return {f"k{at}": value(depth - 1) for at in range(chance.randrange(3))}
        return (chance.randrange(10**6), 'x "5" [6] {7}', None, -1.5)[kind]

    def count(one):
        if isinstance(one, dict | list):
            return sum(map(count, one.values() if isinstance(one, dict) else one))
        return isinstance(one, int | float)

    for _ in range(2000):
        whole = {"a": value(4), "b": chance.randrange(9)}
        text = json.dumps(whole, indent=chance.choice([None, 1]))
        assert len(found(text)) == count(whole)
        at = chance.randrange(len(text))
        cut = text[:at] + text[at + 1 :]
        try:
            left = json.loads(cut)
        except ValueError:
            for start, end in numbers_in_json(cut):
                assert any(begin < start and end < stop for begin, stop in readable(cut)), cut
        else:
            assert len(found(cut)) == count(left)


def readable(text):
    """Where objects and lists begin and end that the standard library can read."""
    for begin in (at for at, sign in enumerate(text) if sign in "{["):
        with contextlib.suppress(ValueError):
            yield begin, json.JSONDecoder().raw_decode(text, begin)[1]


@pytest.mark.parametrize("text", ['{"a": [1, "b"]}, ', "[[[", '{"a": ', '["\\"', "[1, ", "]}[{"])
def test_twice_as_long_is_twice_the_work(text):
    def lines(times):
        count = 0

        def trace(frame, event, argument):
            nonlocal count
            if frame.f_code.co_filename != json_numbers.__file__:
                return None
            count += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            numbers_in_json(text * times)
        finally:
            sys.settrace(before)
        return count

    assert 0 < lines(2000) <= 3 * lines(1000)
