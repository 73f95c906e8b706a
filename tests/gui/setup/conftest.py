"""A workspace with one dataset and one model, and the place on it; nothing is really started."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ftstudio.basemodels import catalogue
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings
from ftstudio.data.versions.library import freeze
from ftstudio.planning import machine
from ftstudio.planning.machine import Machine
from ftstudio.ui.bridge import background
from ftstudio.ui.setup import setup_place
from ftstudio.ui.setup.setup_place import SetupPlace
from ftstudio.ui.studio import Studio
from tests.model_folders import make_model
from tests.shapes import QWEN_8B


def make_dataset(workspace, name="Support desk", rows=40):
    examples = [
        Example(messages=[Message(role="user", content=f"{name}: where is order {i}?"),
                          Message(role="assistant", content="On its way, dear customer.")])
        for i in range(rows)
    ]  # fmt: skip
    sides = ["validation" if i % 10 == 0 else "train" for i in range(rows)]
    sources = [{"name": "tickets.xlsx"}]
    return freeze(
        examples, sides, {"name": name, "sources": sources}, datasets=workspace.datasets, few=True
    )


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    make_model(tmp_path / "starter", max_position_embeddings=512)
    monkeypatch.setattr(catalogue, "starter_model", lambda: tmp_path / "starter")
    monkeypatch.setattr(machine, "list_cards", list)
    return Workspace(tmp_path / "ws").create()


@pytest.fixture
def dataset(workspace):
    return make_dataset(workspace)


@pytest.fixture
def started(monkeypatch):
    """The job folders that were asked to start."""
    folders = []
    monkeypatch.setattr(setup_place.launch, "start", folders.append)
    # A canned worker that lives is this very process.
    monkeypatch.setattr(setup_place.launch, "kill", lambda folder: None)
    return folders


@pytest.fixture
def place(qtbot, workspace, dataset, started):
    made = SetupPlace(Studio(workspace, Settings()))
    qtbot.addWidget(made)
    made.resize(1072, 820)
    made.show()
    yield made
    made.shut_down()
    background.wait_all()


@pytest.fixture
def opened(place, qtbot, dataset):
    """Opened with the dataset, all proposals made."""
    place.open(dataset.id)
    qtbot.waitUntil(lambda: bool(place.desk.proposals), timeout=30_000)
    return place


def show(place, key):
    index = next(i for i, page in enumerate(place.pages) if page.key == key)
    place._show(index)
    return place.pages[index]


def on_a_card(place):
    """The same set-up with a model of eight billion weights on a card of 24 GB."""
    desk = place.desk
    card = Machine(
        "cuda", "RTX 4090", 24 * 10**9, 21_400_000_000, 8, "Ada", (("firefox", 900_000_000),)
    )
    desk.situation = replace(desk.situation, shape=QWEN_8B, machine=card)
    desk._propose()
