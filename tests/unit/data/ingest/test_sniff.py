"""A file is known by its first bytes, not by its name."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest.sniff import recognise


def known(tmp_path, name, content):
    path = tmp_path / "bytes"
    path.write_bytes(content)
    kind, remarks = recognise(path, name)
    return kind.key, bool(remarks)


@pytest.mark.parametrize(
    ("name", "content", "key", "remarked"),
    [
        ("a.csv", b"a,b\n1,2\n", "csv", False),
        ("a", b"a,b\n1,2\n", "csv", False),
        ("a.txt", b"a\tb\n1\t2\n", "csv", False),
        ("a.json", b'[{"a": 1}]', "json", False),
        ("a.txt", b'[{"a": 1}]', "json", True),
        ("a.json", b'{"a": 1}\n{"a": 2}\n', "jsonl", True),
        ("a.jsonl", b'{\n "a": 1\n}\n{\n "a": 2\n}\n', "json", True),
        ("a.jsonl", b'{"a": 1}\n', "jsonl", False),
        ("a.jsonl.gz", b'{"a": 1}\n', "jsonl", False),
        ("a.csv", b'"{""a"": 1}",b\n1,2\n', "csv", False),
        ("a.xlsx", b"a,b\n1,2\n", "csv", True),
        ("a.csv", b"PAR1....", "parquet", True),
        ("a.csv", b"%PDF-1.4", "pdf", True),
        ("a.xls", b"SQLite format 3\x00", "sqlite", True),
        ("a.csv", b"  <!DOCTYPE html><p>", "html", True),
        ("a.parquet", b"ARROW1\x00\x00....", "arrow", True),
    ],
)
def test_known(tmp_path, name, content, key, remarked):
    assert known(tmp_path, name, content) == (key, remarked)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x89PNG\r\n", "picture"),
        (b"Rar!\x1a", "RAR"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer"),
        (b"", "empty"),
        (bytes(range(256)), "neither text"),
    ],
)
def test_refused_with_a_remedy(tmp_path, content, word):
    with pytest.raises(StudioError) as caught:
        known(tmp_path, "a.csv", content)
    assert word in str(caught.value)
    assert caught.value.remedy.endswith(".")
