import pytest

from ftstudio.basemodels import catalogue
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from tests.model_folders import make_model


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "starter_model", lambda: tmp_path / "starter")
    return Workspace(tmp_path / "workspace").create()


def names(workspace):
    return [info.ref.name for info in catalogue.list_models(workspace)]


def test_the_starter_comes_first(workspace, tmp_path):
    make_model(tmp_path / "starter")
    make_model(workspace.models / "a--b")
    assert names(workspace) == ["Starter model", "a/b"]
    assert catalogue.list_models(workspace)[0].ref.source == "built in"


def test_without_a_starter(workspace):
    assert names(workspace) == []


def test_a_folder_elsewhere_is_remembered_once(workspace, tmp_path):
    folder = make_model(tmp_path / "elsewhere" / "mine")
    catalogue.add_folder(workspace, folder)
    catalogue.add_folder(workspace, folder)
    assert names(workspace) == ["mine"]
    assert catalogue.forget_folder(workspace, folder)
    assert not catalogue.forget_folder(workspace, folder)
    assert names(workspace) == []
    assert (folder / "config.json").is_file()


def test_a_bad_folder_is_not_remembered(workspace, tmp_path):
    (tmp_path / "bad").mkdir()
    with pytest.raises(StudioError):
        catalogue.add_folder(workspace, tmp_path / "bad")
    assert catalogue.remembered(workspace) == []


def test_what_has_gone_is_told_with_its_reason(workspace, tmp_path):
    folder = make_model(tmp_path / "elsewhere" / "mine")
    catalogue.add_folder(workspace, folder)
    folder.rename(tmp_path / "moved")
    (workspace.models / "half").mkdir()
    usable, unusable = catalogue.look_around(workspace)
    assert usable == []
    told = {one.folder.name: (one.error.code, one.elsewhere) for one in unusable}
    assert told["mine"] == ("model_missing", True)
    assert not told["half"][1]
    assert catalogue.forget_folder(workspace, folder)
    assert [one.folder.name for one in catalogue.look_around(workspace)[1]] == ["half"]


def test_a_changed_folder_is_looked_at_again(workspace):
    folder = make_model(workspace.models / "m")
    before = catalogue.find_model(folder)
    (folder / "tokenizer.json").write_text('{"changed": true}')
    assert catalogue.find_model(folder).ref.sha256 != before.ref.sha256


def test_a_damaged_list_is_an_empty_one(workspace):
    (workspace.models / "elsewhere.json").write_text("{nonsense")
    assert catalogue.remembered(workspace) == []
