"""The shelf as the window reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.core.paths import Workspace
from ftstudio.jobs.events import Finished, Phase, Started
from ftstudio.jobs.folder import create_job
from ftstudio.ui.adapters.shelf_reading import improvement, in_order, matches, read_shelf
from tests.gui import canned_job


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "w").create()
    canned_job.add_adapter(made, "a-1", name="Beta", created=300.0,
                           scores={"validation_before": 2.0, "validation_after": 1.5})  # fmt: skip
    canned_job.add_adapter(made, "a-2", name="alpha", created=100.0, scores={}, note="for claims")
    canned_job.add_adapter(made, "a-3", name="Gamma", created=200.0,
                           scores={"validation_before": 2.0, "validation_after": 0.5})  # fmt: skip
    return made


def test_improvement_is_a_share_of_what_it_was(workspace: Workspace) -> None:
    cards = {card.id: card for card in shelf.list_cards(workspace)}
    assert improvement(cards["a-1"]) == 25
    assert improvement(cards["a-2"]) is None


def test_the_three_orders(workspace: Workspace) -> None:
    cards = shelf.list_cards(workspace)
    assert [c.id for c in in_order(cards, "newest")] == ["a-1", "a-3", "a-2"]
    assert [c.id for c in in_order(cards, "name")] == ["a-2", "a-1", "a-3"]
    assert [c.id for c in in_order(cards, "score")] == ["a-3", "a-1", "a-2"]


def test_search_looks_into_notes_and_data(workspace: Workspace) -> None:
    cards = shelf.list_cards(workspace)
    assert [c.id for c in cards if matches(c, ["claims"])] == ["a-2"]
    assert len([c for c in cards if matches(c, ["support", "tickets"])]) == 3


def test_a_merge_at_work_is_found_again_and_a_finished_one_is_not(workspace: Workspace) -> None:
    def merge(adapter: str) -> object:
        folder = create_job(workspace.jobs, "merge", "m", {"adapter_id": adapter}, workspace.root)
        canned_job.write(folder, Started(pid=1, device="cpu"), Phase(name="merging", text="x"))
        return folder

    at_work, over = merge("a-1"), merge("a-2")
    canned_job.live(at_work)  # type: ignore[arg-type]
    canned_job.write(over, Finished())  # type: ignore[arg-type]
    content = read_shelf(workspace)
    assert content.merging == {"a-1": at_work}


def test_adapters_without_their_base_are_named(workspace: Workspace) -> None:
    assert read_shelf(workspace).lacking == {"a-1", "a-2", "a-3"}
