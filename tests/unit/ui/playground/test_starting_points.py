"""What the playground begins with."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ftstudio.adapters import shelf
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.data.versions import library
from ftstudio.ui.playground.starting_points import find_pair, held_out_questions
from tests.gui import canned_job


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "w").create()


def example(question: str, system: str = "") -> Example:
    before = [Message(role="system", content=system)] if system else []
    return Example(messages=[*before, Message(role="user", content=question),
                             Message(role="assistant", content="a")])  # fmt: skip


def test_questions_are_few_short_different_and_unseen(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "ds"
    data.mkdir()
    rows = {
        "test": [example("One?"), example("One?"), example("x" * 400)],
        "validation": [example("Two?", "Be kind."), example("Three?")],
        "train": [example("Seen?")],
    }
    version = SimpleNamespace(examples=lambda side: iter(rows[side]))
    monkeypatch.setattr(library, "load_version", lambda path: version)
    dataset = {"id": "ds-0123456789ab", "path": str(data), "name": "D"}
    canned_job.add_adapter(workspace, dataset=dataset)
    found = held_out_questions(shelf.list_cards(workspace)[0])
    assert [q.question for q in found] == ["One?", "Two?", "Three?"]
    assert found[1].system == "Be kind."


def test_no_data_no_questions(workspace: Workspace) -> None:
    canned_job.add_adapter(workspace)
    assert held_out_questions(shelf.list_cards(workspace)[0]) == []


def test_a_missing_base_is_said_with_its_name(workspace: Workspace) -> None:
    canned_job.add_adapter(workspace)
    with pytest.raises(StudioError) as caught:
        find_pair(workspace, shelf.list_cards(workspace)[0])
    assert "Studio Starter" in caught.value.why


def test_a_broken_adapter_is_not_loaded(workspace: Workspace) -> None:
    folder = canned_job.add_adapter(workspace)
    (folder / "ftstudio_card.json").write_text("{", "utf-8")
    with pytest.raises(StudioError) as caught:
        find_pair(workspace, shelf.list_cards(workspace)[0])
    assert caught.value.code == "adapter_broken"


def test_one_that_labels_says_so(workspace: Workspace) -> None:
    canned_job.add_adapter(workspace, head="one_label", labels=["good", "bad"])
    with pytest.raises(StudioError) as caught:
        find_pair(workspace, shelf.list_cards(workspace)[0])
    assert caught.value.code == "does_not_write"
