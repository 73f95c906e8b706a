"""A result comes onto the shelf once, with its card."""

from __future__ import annotations

from pathlib import Path

from ftstudio.adapters.card import AdapterCard, read_card
from ftstudio.adapters.shelf import list_cards
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import ModelRef
from ftstudio.worker.loop import Progress
from ftstudio.worker.shelving import put_on_shelf, scores_of


def made(folder: Path) -> tuple[Path, AdapterCard]:
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"w" * 90)
    (folder / "adapter_config.json").write_text("{}")
    base = ModelRef(path="/m", name="m", sha256="0")
    return folder, AdapterCard(name="Voice", run_id="run-1", base=base)


def test_the_same_run_is_shelved_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace").create()
    staged, card = made(tmp_path / "output")
    first = put_on_shelf(staged, str(workspace.root), card)
    assert put_on_shelf(staged, str(workspace.root), card) == first
    (there,) = list_cards(workspace)
    assert there.id == first == read_card(staged).id
    assert there.run_id == "run-1"


def test_without_a_workspace_the_card_stays_with_the_result(tmp_path: Path) -> None:
    staged, card = made(tmp_path / "output")
    assert put_on_shelf(staged, "", card) == ""
    assert put_on_shelf(staged, str(tmp_path / "gone"), card) == ""
    assert read_card(staged).name == "Voice"


def test_the_scores_are_the_first_and_the_best() -> None:
    progress = Progress(first_loss=4.00004, best_loss=1.23456, last_loss=2.0)
    assert scores_of(progress) == {"validation_before": 4.0, "validation_after": 1.2346}
    assert scores_of(Progress()) == {}
