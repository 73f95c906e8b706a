"""The same file is read once; what no draft needs goes after days (see also test_session)."""

import os
import time

from ftstudio.data.draft import Draft
from ftstudio.data.drafting.readings import reading_name, sweep
from ftstudio.data.format import ReadOptions


def test_a_reading_is_known_by_place_state_and_options(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n", "utf-8")
    name = reading_name(path, ReadOptions())
    assert name == reading_name(path, ReadOptions())
    assert name != reading_name(path, ReadOptions(delimiter=";"))
    path.write_text("a\n12\n", "utf-8")
    assert name != reading_name(path, ReadOptions())
    assert reading_name(tmp_path / "gone.csv", ReadOptions())


def test_a_reading_that_a_draft_needs_stays(workspace):
    old = time.time() - 10 * 24 * 3600
    for name in ("read-needed", "read-unused"):
        folder = workspace.sources / name
        folder.mkdir()
        os.utime(folder, (old, old))
    Draft(table=str(workspace.sources / "read-needed")).save(workspace)
    sweep(workspace)
    assert [path.name for path in workspace.sources.iterdir()] == ["read-needed"]
