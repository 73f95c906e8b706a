"""Settings and workspace: remembered, and never lost to a damaged file."""

import os
import stat

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.settings import Settings


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "work").create()


def test_round_trip(workspace):
    settings = Settings(theme="dark", last_model="starter")
    settings.save(workspace)
    assert Settings.load(workspace) == settings


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "null"])
def test_a_damaged_file_gives_the_defaults(workspace, text):
    workspace.settings_file.write_text(text)
    assert Settings.load(workspace) == Settings()


def test_good_names_survive_bad_and_unknown_ones(workspace):
    workspace.settings_file.write_text('{"theme": "pink", "detail": "all", "from_2031": 1}')
    loaded = Settings.load(workspace)
    assert (loaded.theme, loaded.detail) == ("system", "all")


def test_folders_are_private(workspace):
    if os.name != "nt":
        assert stat.S_IMODE(workspace.jobs.stat().st_mode) == 0o700


def test_an_unusable_place_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError) as caught:
        Workspace(tmp_path / "file" / "work").create()
    assert caught.value.code == "workspace_unusable"
    assert caught.value.remedy


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
