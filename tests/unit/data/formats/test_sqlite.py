"""Databases are looked at, never touched."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.formats import sqlite
from tests.nasty.containers import database
from tests.nasty.reading_here import read_here


def test_a_view_can_be_chosen_and_nothing_is_written(tmp_path):
    content = database(
        'CREATE TABLE "a ""b" (question, answer)',
        """INSERT INTO "a ""b" VALUES ('Lit?', 'Yes.'), ('Out?', 1.5)""",
        'CREATE VIEW v AS SELECT question, question FROM "a ""b"',
    )
    (path := tmp_path / "in" / "it's #1.db").parent.mkdir()
    path.write_bytes(content)
    assert read_here(path, tmp_path / "one").rows()[1]["answer"] == "1.5"
    table = read_here(path, tmp_path / "two", sheet="v")
    assert table.column_names == ["question", "question:1"]
    assert path.read_bytes() == content
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_changes_not_yet_written_are_told(tmp_path):
    content = database("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    (path := tmp_path / "a.db").write_bytes(content)
    (tmp_path / "a.db-wal").write_bytes(b"x")
    table = read_here(path, tmp_path / "table")
    assert "latest changes" in table.remarks[0].reason


def test_a_view_that_never_ends_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "_LONGEST", 0.2)
    view = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
    path = tmp_path / "a.db"
    path.write_bytes(database(f"CREATE VIEW v AS {view}"))
    with pytest.raises(StudioError) as caught:
        read_here(path, tmp_path / "table")
    assert "interrupted" in caught.value.why
