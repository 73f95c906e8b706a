"""Marks tell rows apart, and tell nobody without the key what a row says."""

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.data.drafting.known_rows import is_of, marks, marks_of, row_key, sealed
from tests.unit.data.conftest import rows_of

ROWS = rows_of(("A?", "Anna"), ("A?", "Emma"), ("B?", "b"), ("B?", "b"))


def test_each_row_has_its_own_mark_and_twins_share_one(workspace):
    found = marks(ROWS, row_key(workspace, make=True))
    assert sorted(found.values()) == [["1"], ["2"], ["3", "4"]]


def test_twins_are_not_marked(workspace):
    key = row_key(workspace, make=True)
    found = marks_of({"1", "3"}, ROWS, key)
    assert found["3"] == ""
    assert marks(ROWS, key)[found["1"]] == ["1"]


def test_another_workspace_has_another_key(workspace, tmp_path):
    own = row_key(workspace, make=True)
    other = row_key(Workspace(tmp_path / "other").create(), make=True)
    (mark,) = marks(ROWS[:1], own)
    assert is_of(mark, own)
    assert not is_of(mark, other)
    assert mark not in marks(ROWS[:1], other)


def test_the_key_stays_and_is_the_users_alone(workspace):
    assert row_key(workspace) == b""
    key = row_key(workspace, make=True)
    assert row_key(workspace, make=True) == row_key(workspace) == key
    assert len(key) == 32


@pytest.mark.skipif("os.name == 'nt'", reason="Windows keeps no such modes")
def test_nobody_else_reads_the_key(workspace):
    row_key(workspace, make=True)
    assert (workspace.root / "row_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [b"", b"half"])
def test_a_key_that_a_kill_left_half_written_is_made_anew(workspace, left):
    (workspace.root / "row_key").write_bytes(left)
    assert row_key(workspace) == b""
    key = row_key(workspace, make=True)
    assert len(key) == 32
    assert row_key(workspace) == key


def test_a_sealed_hash_differs_by_key_and_can_not_be_taken_for_a_mark(workspace, tmp_path):
    own = row_key(workspace, make=True)
    other = row_key(Workspace(tmp_path / "other").create(), make=True)
    assert sealed("ab", own) == sealed("ab", own) != sealed("ac", own)
    assert sealed("ab", own) != sealed("ab", other)
    assert is_of(sealed("ab", own), own)
    assert not is_of(sealed("ab", own), other)
