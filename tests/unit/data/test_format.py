"""The contract of all the formats, found by walking the folder."""

from pathlib import Path

import pytest

from ftstudio.data.format import Probe, formats, suffixes


def test_all_are_found():
    assert {"csv", "xlsx", "json", "jsonl", "parquet"} <= set(formats())


@pytest.mark.parametrize("kind", formats().values(), ids=lambda kind: kind.key)
def test_each_keeps_the_contract(kind):
    assert kind.title
    assert kind.suffixes or kind.key.endswith("folder")
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in kind.suffixes)
    assert kind.heeds <= {"sheet", "encoding", "delimiter", "header_row"}
    nothing = Probe(Path("nowhere"), ".xyz", b"\x00\x01\x02", "")
    assert kind.recognise(nothing) == 0


def test_no_ending_is_claimed_twice():
    found = [suffix for kind in formats().values() for suffix in kind.suffixes]
    assert len(set(found)) == len(found)
    assert {".csv", ".csv.gz", ".xlsx", ".jsonl.gz"} <= set(suffixes())
