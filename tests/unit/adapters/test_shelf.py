"""The shelf keeps, finds, renames, deletes, restores and gives out adapters."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.adapters.card import AdapterCard, read_card
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef
from tests.model_folders import make_model, write_safetensors

CONFIG = {"peft_type": "LORA", "r": 8, "lora_alpha": 16, "base_model_name_or_path": "acme/small-1b"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


@pytest.fixture
def peft_folder(tmp_path: Path) -> Path:
    return make_peft_folder(tmp_path / "pirate")


def make_peft_folder(folder: Path, **config: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text(json.dumps({**CONFIG, **config}))
    write_safetensors(folder / "adapter_model.safetensors", {"a.lora_A.weight": (8, 16)}, "F32")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "chat_template.jinja").write_text("{{ messages }}")
    return folder


def own_card(base: Path, **values: object) -> AdapterCard:
    return AdapterCard(
        name="Support desk", method="lora", method_title="LoRA", run_id="run-1",
        base=ModelRef(path=str(base), name="acme/small-1b", sha256="ab" * 32, licence="apache-2.0"),
        dataset=DatasetRef(id="ds-1", path=str(base.parent / "ds-1"), name="Desk 2026"),
        scores={"validation_loss": 1.25}, settings={"rank": 16}, **values,
    )  # fmt: skip


def code_of(call: object, *arguments: object, **keywords: object) -> str:
    with pytest.raises(StudioError) as error:
        call(*arguments, **keywords)  # type: ignore[operator]
    assert all([error.value.what, error.value.why, error.value.remedy])
    return error.value.code


def test_a_result_is_put_on_the_shelf_and_found(workspace: Workspace, peft_folder: Path) -> None:
    (peft_folder / "training_args.bin").write_bytes(b"pickle")
    (peft_folder / "code.py").write_text("print()")
    card = shelf.add(peft_folder, workspace, own_card(peft_folder.parent / "base"))
    assert re.fullmatch(r"support-desk-[0-9a-f]{4}", card.id)
    (found,) = shelf.list_cards(workspace)
    assert found == card
    assert found.size_bytes > 0
    names = {path.name for path in shelf.folder(workspace, card.id).iterdir()}
    assert names == {
        "adapter_config.json", "adapter_model.safetensors", "tokenizer.json",
        "chat_template.jinja", "ftstudio_card.json",
    }  # fmt: skip


def test_the_same_name_twice_gives_two(workspace: Workspace, peft_folder: Path) -> None:
    cards = [shelf.add(peft_folder, workspace, own_card(peft_folder)) for _ in range(2)]
    assert cards[0].id != cards[1].id
    assert code_of(shelf.find, workspace, "Support desk") == "adapter_not_found"
    assert shelf.find(workspace, cards[0].id) == cards[0]


def test_a_full_model_shares_its_file(workspace: Workspace, tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    card = shelf.add(model, workspace, own_card(model, is_full_model=True))
    kept = shelf.folder(workspace, card.id) / "model.safetensors"
    assert os.path.samefile(kept, model / "model.safetensors")


def test_a_moved_workspace_and_a_hand_copied_folder(workspace: Workspace, tmp_path: Path) -> None:
    make_peft_folder(workspace.adapters / "by-hand")
    moved = Workspace(workspace.root.rename(tmp_path / "moved"))
    (card,) = shelf.list_cards(moved)
    assert (card.id, card.foreign, card.method) == ("by-hand", True, "lora")
    assert card.base.name == "acme/small-1b"


def test_damaged_folders_are_listed_with_their_problem(
    workspace: Workspace, peft_folder: Path
) -> None:
    card = shelf.add(peft_folder, workspace, own_card(peft_folder))
    (shelf.folder(workspace, card.id) / "ftstudio_card.json").write_text('{"name":')
    (workspace.adapters / "not-an-adapter").mkdir()
    (damaged,) = shelf.list_cards(workspace)
    assert "damaged" in damaged.problem


def test_rename_and_note(workspace: Workspace, peft_folder: Path) -> None:
    card = shelf.add(peft_folder, workspace, own_card(peft_folder))
    assert shelf.rename(workspace, card.id, "  Käpt’n \n Blaubär ").name == "Käpt’n Blaubär"
    shelf.set_note(workspace, card.id, "for the demo")
    kept = read_card(shelf.folder(workspace, card.id))
    assert (kept.name, kept.note, kept.id) == ("Käpt’n Blaubär", "for the demo", card.id)
    assert code_of(shelf.rename, workspace, card.id, " \t") == "name_empty"


def test_delete_and_undo(workspace: Workspace, peft_folder: Path) -> None:
    card = shelf.add(peft_folder, workspace, own_card(peft_folder))
    token = shelf.delete(workspace, card.id)
    assert shelf.list_cards(workspace) == []
    assert code_of(shelf.folder, workspace, card.id) == "adapter_not_found"
    assert shelf.restore(workspace, token) == card
    assert shelf.list_cards(workspace) == [card]
    assert code_of(shelf.restore, workspace, token) == "trash_empty"


def test_the_trash_is_emptied_after_a_month(workspace: Workspace, peft_folder: Path) -> None:
    old = workspace.adapters / ".trash" / "1000000000-abcd" / "x"
    old.mkdir(parents=True)
    card = shelf.add(peft_folder, workspace, own_card(peft_folder))
    token = shelf.delete(workspace, card.id)
    assert [path.name for path in (workspace.adapters / ".trash").iterdir()] == [token]


@pytest.mark.parametrize("name", ["../secret", ".trash", "", "a/b", "gone"])
def test_ids_are_only_names(workspace: Workspace, name: str) -> None:
    (workspace.adapters / ".trash").mkdir()
    assert code_of(shelf.folder, workspace, name) == "adapter_not_found"


def test_an_export_tells_nothing_of_this_machine(
    workspace: Workspace, peft_folder: Path, tmp_path: Path
) -> None:
    base = tmp_path / "private" / "base"
    config = peft_folder / "adapter_config.json"
    config.write_text(json.dumps({**CONFIG, "base_model_name_or_path": str(base)}))
    card = shelf.add(peft_folder, workspace, own_card(base))
    out = shelf.export_folder(workspace, card.id, tmp_path / "out")
    exported = json.loads((out / "adapter_config.json").read_text())
    assert exported["base_model_name_or_path"] == "acme/small-1b"
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    assert str(tmp_path).encode() not in everything
    assert b"run-1" not in everything
    readme = (out / "README.md").read_text("utf-8")
    for expected in ("base_model: \"acme/small-1b\"", "apache-2.0", "PeftModel.from_pretrained",
                     "Desk 2026", "validation loss: 1.25", "library_name: peft"):  # fmt: skip
        assert expected in readme
    assert not (out / "ftstudio_card.json").exists()


def test_an_export_overwrites_nothing(
    workspace: Workspace, peft_folder: Path, tmp_path: Path
) -> None:
    card = shelf.add(peft_folder, workspace, own_card(peft_folder))
    there = tmp_path / "there"
    there.mkdir()
    shelf.export_folder(workspace, card.id, there)  # empty: taken
    assert code_of(shelf.export_folder, workspace, card.id, there) == "export_exists"
    file = tmp_path / "file"
    file.write_text("x")
    assert code_of(shelf.export_folder, workspace, card.id, file) == "export_exists"
    assert file.read_text() == "x"


def test_an_export_can_be_imported_again(
    workspace: Workspace, peft_folder: Path, tmp_path: Path
) -> None:
    card = shelf.add(peft_folder, workspace, own_card(peft_folder))
    out = shelf.export_folder(workspace, card.id, tmp_path / "Desk copy")
    again = shelf.import_folder(out, workspace)
    assert (again.name, again.foreign, again.base.name) == ("Desk copy", True, "acme/small-1b")
    assert len(shelf.list_cards(workspace)) == 2


def test_a_full_disk_leaves_nothing_half(
    workspace: Workspace, peft_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    assert code_of(shelf.add, peft_folder, workspace, own_card(peft_folder)) == "disk"
    assert list(workspace.adapters.iterdir()) == []


@pytest.mark.parametrize("card", ['{"schema_version": 2, "scores": {"x": 1}}', "{"])
def test_a_card_that_can_not_be_read_is_never_written_over(
    workspace: Workspace, peft_folder: Path, card: str
) -> None:
    added = shelf.add(peft_folder, workspace, own_card(peft_folder.parent / "base"))
    file = shelf.folder(workspace, added.id) / "ftstudio_card.json"
    file.write_text(card)
    assert code_of(shelf.rename, workspace, added.id, "Mine") == "card_unreadable"
    assert code_of(shelf.set_note, workspace, added.id, "A note") == "card_unreadable"
    assert file.read_text() == card


def test_a_folder_without_permission_is_listed_with_its_problem(
    workspace: Workspace, peft_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = shelf.add(peft_folder, workspace, own_card(peft_folder.parent / "base"))
    theirs = shelf.add(peft_folder, workspace, own_card(peft_folder.parent / "base"))
    closed, real = shelf.folder(workspace, theirs.id), Path.stat

    def stat(path: Path, **how: bool) -> os.stat_result:
        if closed in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    problems = {card.id: card.problem for card in shelf.list_cards(workspace)}
    assert problems[mine.id] == ""
    assert "Permission denied" in problems[theirs.id]


def test_an_unplugged_drive_is_told(workspace: Workspace) -> None:
    workspace.adapters.rmdir()
    assert code_of(shelf.list_cards, workspace) == "shelf_unreadable"
