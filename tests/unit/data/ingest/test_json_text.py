"""Faults have words, doubled names are seen, and depth can't crash the reader."""

import pytest

from ftstudio.data.ingest.json_text import (
    Broken,
    Doubled,
    NoComments,
    decode,
    decoder,
    skip_value,
    too_deep,
)


def test_doubled_names_are_collected():
    doubled = Doubled()
    value, end = decode('{"a": 1, "a": 2, "b": {"c": 1, "c": 1}} rest', 0, decoder(doubled))
    assert value == {"a": 2, "b": {"c": 1}}
    assert doubled.names == {"a", "c"}
    assert end == 39


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"a": "b', "never closed"), ('{"a" "b"}', "colon"), ("{'a': 1}", "quotation marks"),
        ('["a" "b"]', "comma is missing"), ('{"a": "b\n"}', "line break"), ("lamp", "not JSON"),
        (r'["\q"]', "backslash"), ("[" * 100_000, "deep"), ("9" * 5_000, "too long"),
        ("[" * 300 + "]" * 300, "200 levels"),
    ],
)  # fmt: skip
def test_faults_in_words(text, word):
    with pytest.raises(Broken) as caught:
        decode(text, 0, decoder(Doubled()))
    assert word in caught.value.reason
    assert caught.value.reason.strip(")").endswith(".")


def test_depth():
    assert not too_deep({"a": [1, {"b": 2}]})
    value = None
    for _ in range(500):
        value = [value]
    assert too_deep(value)


def test_skipping_by_brackets():
    text = '[{"a": "]}\\"", "b": [1]}, 2] tail'
    assert text[skip_value(text, 0) :] == " tail"
    assert text[skip_value(text, 1) :] == ", 2] tail"
    assert skip_value("[[", 0) == 2


COMMENTED = [
    ('{"a": 1} // b', '{"a": 1}     '),
    ('[1, /* b\nc */ 2]', '[1,     \n     2]'),
    ('["/* a */", "//", "c\\" // d"] //e', '["/* a */", "//", "c\\" // d"]    '),
    ('{"a": // b\n1}', '{"a":     \n1}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "clean"), COMMENTED)
def test_comments_become_blanks_so_that_places_stay(text, clean):
    comments = NoComments()
    assert comments.clean(text) == clean
    assert comments.count == 1
    assert "1 comment (// or /* */) was" in comments.remark()[0].reason


@pytest.mark.parametrize("text", ['{"a": "http://b"}', '["a/*b*/c"]', '["//", "/*"]', '{"a": 1}'])
def test_what_stands_in_a_text_is_no_comment(text):
    comments = NoComments()
    assert comments.clean(text) == text
    assert comments.remark() == []
