"""What a workspace keeps beside datasets: text is found by what it holds, whatever its name."""

import os
import stat

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import freeze
from ftstudio.data.versions.text_files import replace, stray_versions, text_files, text_of
from tests.unit.data.conftest import example


def told(workspace) -> dict[str, bool]:
    return {
        path.relative_to(workspace.root).as_posix(): text for path, text in text_files(workspace)
    }


def test_text_is_known_by_what_it_holds_and_weights_are_passed_over(workspace):
    job = workspace.jobs / "run"
    job.mkdir()
    for name in ("log.txt.1", "README", "notes.jsonl"):
        (job / name).write_text("Ann", "utf-8")
    for name in ("labelled.xlsx", "table.dat"):
        (job / name).write_bytes(b"PK\0\0")
    (job / "adapter.safetensors").write_bytes(b"Ann")
    (workspace.root / "ftstudio.log.2").write_text("Ann", "utf-8")
    (workspace.root / ".window.json").write_text("Ann", "utf-8")
    assert told(workspace) == {
        "ftstudio.log.2": True, "jobs/run/log.txt.1": True, "jobs/run/README": True,
        "jobs/run/notes.jsonl": True, "jobs/run/labelled.xlsx": False, "jobs/run/table.dat": False,
    }  # fmt: skip


def test_a_workspace_below_a_folder_called_datasets_is_searched_as_any_other(tmp_path):
    workspace = Workspace(tmp_path / "datasets" / "own").create()
    for inside in ("trash/jobs/run", "trash/datasets/ds-1.1-a"):
        (workspace.root / inside).mkdir(parents=True)
        (workspace.root / inside / "log.txt").write_text("Ann", "utf-8")
    assert told(workspace) == {"trash/jobs/run/log.txt": True}


def test_datasets_written_elsewhere_are_found_as_such(workspace):
    rows = [example(f"Lamp {i}?", "Yes.", i) for i in range(3)]
    made = freeze(
        rows, ["train"] * 3, {"name": "out"}, out=workspace.exports / "deep" / "out", few=True
    )
    assert stray_versions(workspace) == [made.path]
    assert told(workspace) == {}


@pytest.mark.skipif(os.name != "posix", reason="permissions are of another kind there")
def test_a_file_is_written_anew_whole_and_for_the_same_eyes(workspace):
    path, work = workspace.root / "notes.txt", workspace.datasets / ".new-x"
    work.mkdir()
    path.write_bytes(b"Ann \xff said")
    path.chmod(0o640)
    replace(path, text_of(path).replace("Ann", "She"), work)
    assert path.read_bytes() == b"She \xff said"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(work.iterdir()) == []
