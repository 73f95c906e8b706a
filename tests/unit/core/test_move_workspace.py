"""Moving the workspace: everything arrives, and nothing is lost when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core import move_workspace
from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.move_workspace import copy_workspace, workspace_size
from ftstudio.core.paths import Workspace


@pytest.fixture
def filled(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "old").create()
    (workspace.datasets / "ds-1").mkdir()
    (workspace.datasets / "ds-1" / "train.parquet").write_bytes(b"x" * 3000)
    (workspace.datasets / "latest").symlink_to("ds-1")
    workspace.settings_file.write_text("{}")
    return workspace


def _tree(root: Path) -> dict[str, bytes | str]:
    return {
        str(p.relative_to(root)): str(p.readlink()) if p.is_symlink() else p.read_bytes()
        for p in root.rglob("*")
        if p.is_symlink() or p.is_file()
    }


def test_everything_arrives_and_the_old_place_stays(filled: Workspace, tmp_path: Path) -> None:
    seen: list[float] = []
    moved = copy_workspace(filled, tmp_path / "new", seen.append, lambda: False)
    assert _tree(moved.root) == _tree(filled.root)
    assert moved.jobs.is_dir()
    assert seen[-1] == pytest.approx(1.0)
    assert workspace_size(moved) == workspace_size(filled) > 3000


def test_cancel_leaves_nothing_behind(filled: Workspace, tmp_path: Path) -> None:
    before = _tree(filled.root)
    with pytest.raises(Cancelled):
        copy_workspace(filled, tmp_path / "new", lambda f: None, lambda: True)
    assert _tree(filled.root) == before
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


def test_a_damaged_copy_is_noticed_and_removed(
    filled: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(source: Path, target: Path) -> None:
        target.write_bytes(b"")

    monkeypatch.setattr(move_workspace.shutil, "copystat", damage)
    with pytest.raises(StudioError, match="differs after copying"):
        copy_workspace(filled, tmp_path / "new", lambda f: None, lambda: False)
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("where", [".", "datasets/inside"])
def test_not_into_itself(filled: Workspace, where: str) -> None:
    with pytest.raises(StudioError) as caught:
        copy_workspace(filled, filled.root / where, lambda f: None, lambda: False)
    assert caught.value.code == "move_into_itself"


def test_not_into_a_folder_with_files(filled: Workspace, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine.txt").write_text("keep")
    with pytest.raises(StudioError) as caught:
        copy_workspace(filled, tmp_path / "new", lambda f: None, lambda: False)
    assert caught.value.code == "move_not_empty"
    assert (tmp_path / "new" / "mine.txt").read_text() == "keep"


def test_no_room(filled: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 10

    monkeypatch.setattr(move_workspace.shutil, "disk_usage", lambda path: Usage)
    with pytest.raises(StudioError) as caught:
        copy_workspace(filled, tmp_path / "new", lambda f: None, lambda: False)
    assert caught.value.code == "move_no_room"
