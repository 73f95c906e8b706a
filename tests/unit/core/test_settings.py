"""Settings: remembered, and never lost to a damaged file."""

import pytest

from ftstudio.core.paths import Workspace
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
