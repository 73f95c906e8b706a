"""Adapters made elsewhere: what is taken, and what is refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.adapters.foreign import foreign_card
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from tests.model_folders import make_model, write_safetensors


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def peft(folder: Path, config: object = None, weights: bool = True) -> Path:
    folder.mkdir()
    usual = {"peft_type": "LORA", "r": 4, "base_model_name_or_path": "acme/one"}
    (folder / "adapter_config.json").write_text(json.dumps(usual if config is None else config))
    if weights:
        write_safetensors(folder / "adapter_model.safetensors", {"a.lora_A.weight": (4, 8)}, "F32")
    return folder


def refused(path: Path, workspace: Workspace) -> str:
    with pytest.raises(StudioError) as error:
        shelf.import_folder(path, workspace)
    assert list(workspace.adapters.iterdir()) == []
    return error.value.code


def test_what_its_configuration_tells(tmp_path: Path) -> None:
    card = foreign_card(peft(tmp_path / "My  adapter\n"))
    assert card.name == "My adapter"
    assert (card.method_title, card.settings, card.foreign) == ("LORA", {"r": 4}, True)
    assert card.base.name == "acme/one"


def test_a_local_base_is_remembered_by_its_path(tmp_path: Path) -> None:
    base = make_model(tmp_path / "base")
    config = {"peft_type": "LORA", "base_model_name_or_path": str(base)}
    card = foreign_card(peft(tmp_path / "a", config))
    assert (card.base.path, card.base.name) == (str(base.resolve()), "base")


def test_pickles_are_refused_and_never_copied(tmp_path: Path, workspace: Workspace) -> None:
    folder = peft(tmp_path / "old", weights=False)
    (folder / "adapter_model.bin").write_bytes(b"\x80\x04")
    assert refused(folder, workspace) == "pickle_refused"
    write_safetensors(folder / "adapter_model.safetensors", {"x": (1,)}, "F32")
    card = shelf.import_folder(folder, workspace)
    assert not list(shelf.folder(workspace, card.id).glob("*.bin"))


@pytest.mark.parametrize(
    "config", [[], {}, {"peft_type": 3}, {"peft_type": "../../x"}, {"peft_type": "lora; rm"}]
)
def test_odd_configurations_are_refused(
    tmp_path: Path, workspace: Workspace, config: object
) -> None:
    assert refused(peft(tmp_path / "a", config), workspace) in ("not_an_adapter", "config_damaged")


def test_a_deep_or_huge_configuration_is_refused(tmp_path: Path, workspace: Workspace) -> None:
    folder = peft(tmp_path / "a")
    (folder / "adapter_config.json").write_text('{"a":' + "[" * 200_000)
    assert refused(folder, workspace) == "config_damaged"
    (folder / "adapter_config.json").write_text('{"a": "' + "x" * (2 << 20) + '"}')
    assert refused(folder, workspace) == "config_damaged"


def test_no_adapter_at_all(tmp_path: Path, workspace: Workspace) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(empty, workspace) == "not_an_adapter"
    assert refused(tmp_path / "gone", workspace) == "not_an_adapter"
    assert refused(peft(tmp_path / "a", weights=False), workspace) == "not_an_adapter"


@pytest.mark.parametrize("cut", [0, 4, 12, -1])
def test_cut_weights_are_refused(tmp_path: Path, workspace: Workspace, cut: int) -> None:
    folder = peft(tmp_path / "a")
    weights = folder / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:cut])
    assert refused(folder, workspace) == "weights_damaged"


def test_named_modules_are_taken_out(tmp_path: Path, workspace: Workspace) -> None:
    config = {"peft_type": "LORA", "auto_mapping": {"parent_library": "evil", "base": "x"}}
    card = shelf.import_folder(peft(tmp_path / "a", config), workspace)
    kept = json.loads((shelf.folder(workspace, card.id) / "adapter_config.json").read_text())
    assert kept["auto_mapping"] is None


def test_links_are_not_followed(tmp_path: Path, workspace: Workspace) -> None:
    folder = peft(tmp_path / "a")
    (tmp_path / "secret").write_text("private")
    (folder / "README.md").symlink_to(tmp_path / "secret")
    card = shelf.import_folder(folder, workspace)
    assert not (shelf.folder(workspace, card.id) / "README.md").exists()


def test_a_full_model_is_taken_too(tmp_path: Path, workspace: Workspace) -> None:
    card = shelf.import_folder(make_model(tmp_path / "whole"), workspace)
    assert card.is_full_model
    assert card.method == "full"
