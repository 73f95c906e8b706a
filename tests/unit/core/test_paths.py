"""The workspace: private, told in words when unusable, and written whole or not at all."""

import errno
import os
import stat
import subprocess
import sys
import tempfile

import pytest

from ftstudio.core import paths
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, sweep_unfinished, write_text


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "work").create()


def test_folders_are_private(workspace):
    if os.name != "nt":
        assert stat.S_IMODE(workspace.jobs.stat().st_mode) == 0o700


def test_an_unusable_place_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError) as caught:
        Workspace(tmp_path / "file" / "work").create()
    assert caught.value.code == "workspace_unusable"
    assert caught.value.remedy


def test_folders_that_are_there_on_a_read_only_disk_are_told_in_words(workspace, monkeypatch):
    def read_only(*_args, **_kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    with pytest.raises(StudioError) as caught:
        workspace.create()
    assert caught.value.code == "workspace_unusable"
    assert "Read-only" in caught.value.why


@pytest.mark.parametrize(
    ("code", "cure"), [(errno.ENOSPC, "Free some space"), (errno.EROFS, "Make it writable")]
)
def test_the_remedy_is_one_for_what_is_wrong_with_the_disk(workspace, monkeypatch, code, cure):
    def refuse(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(StudioError, match="can't be used") as caught:
        workspace.create()
    assert caught.value.remedy.startswith(cure)
    assert "settings" not in caught.value.remedy  # they can't be opened before the window is there


def test_trying_to_write_leaves_nothing_behind(workspace):
    assert [path for path in workspace.root.iterdir() if not path.is_dir()] == []


def test_a_damaged_note_of_the_workspace_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.delenv("FTSTUDIO_WORKSPACE", raising=False)
    monkeypatch.setattr(paths, "_POINTER", tmp_path / "workspace.txt")
    (tmp_path / "workspace.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudioError) as caught:
        Workspace.current()
    assert caught.value.code == "workspace_unusable"


def test_the_environment_names_the_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(tmp_path / "elsewhere"))
    assert Workspace.current().root == tmp_path / "elsewhere"


def test_writing_replaces_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "a.json"
    write_text(target, "first")

    def no_space(_fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        write_text(target, "second")
    assert target.read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_kill_left_of_a_writing_goes_and_what_is_being_written_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda name, path: None)  # as if killed right before it
    write_text(tmp_path / "draft.json", "half")
    (left,) = tmp_path.iterdir()
    sweep_unfinished(tmp_path)
    assert left.exists()  # this process lives
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left.rename(left.with_name(left.name.replace(f".{os.getpid()}-", f".{gone.pid}-")))
    others = [tmp_path / ".window.json", tmp_path / f"draft.{gone.pid}-abcdefgh"]
    for path in others:
        path.write_text("mine")
    sweep_unfinished(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(others)
