"""The shelf in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.core.paths import Workspace
from tests.model_folders import write_safetensors


@pytest.fixture
def peft_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pirate"
    folder.mkdir()
    config = {"peft_type": "LORA", "r": 8, "base_model_name_or_path": "acme/small"}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    write_safetensors(folder / "adapter_model.safetensors", {"a.lora_A.weight": (8, 16)}, "F32")
    return folder


def test_from_import_to_restore(command, peft_folder: Path, tmp_path: Path) -> None:
    assert "empty" in command("adapters", "list").out
    card = command("adapters", "import", peft_folder, "--name", "Pirate", "--json").json
    assert "acme/small" in command("adapters", "list").out
    out = tmp_path / "out"
    assert command("adapters", "export", "Pirate", "--out", out, "--json").json["folder"] == str(
        out
    )
    assert (out / "adapter_model.safetensors").is_file()
    assert command("adapters", "export", "Pirate", "--out", out).code == 1
    token = command("adapters", "delete", card["id"], "--json").json["token"]
    assert command("adapters", "list", "--json").json == []
    assert command("adapters", "restore", token, "--json").json["name"] == "Pirate"


def test_merging_without_its_base_fails_in_words(
    command, peft_folder: Path, workspace: Workspace
) -> None:
    shelf.import_folder(peft_folder, workspace)
    said = command("adapters", "merge", "pirate")
    assert said.code == 1
    assert "acme/small" in said.err
    assert "Traceback" not in said.err
