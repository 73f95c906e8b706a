"""The first place shows only what is really there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ftstudio.adapters import shelf
from ftstudio.core.errors import StudioError
from ftstudio.data.versions import library
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Ready, Started, Step, Validation
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.history import RunRow
from ftstudio.jobs.status import fold
from ftstudio.ui.home import computer_card
from ftstudio.ui.home.computer import Reading
from ftstudio.ui.home.computer_card import ComputerCard
from ftstudio.ui.home.home_place import HomePlace, greeting
from ftstudio.ui.home.recent import list_recent
from ftstudio.ui.home.training_card import TrainingCard
from ftstudio.ui.studio import Studio

GB = 10**9
READING = Reading(11 * GB, 64 * GB, 412 * GB, 500 * GB, 16, 38.0)


def _run(studio: Studio, *events: object, name: str = "Support tone") -> RunRow:
    payload = {"model": {"name": "Starter"}, "method": "lora"}
    folder = create_job(studio.workspace.jobs, "train", name, payload)
    status = fold(events)  # type: ignore[arg-type]
    return RunRow(folder, folder.spec(), status)


def _step(number: int, left: float | None = 2520) -> Step:
    return Step(
        step=number, epoch=1, loss=1.1, learning_rate=1e-4, grad_norm=1, tokens_per_second=9,
        seconds_left=left,
    )  # fmt: skip


READY = Ready(
    total_steps=2000, epochs=3, train_rows=10, validation_rows=2, trainable_parameters=1,
    all_parameters=2,
)  # fmt: skip


def test_empty_home_says_what_will_be_here(studio: Studio, qtbot: QtBot) -> None:
    home = HomePlace(studio)
    qtbot.addWidget(home)
    home.show()
    home.open()
    qtbot.waitUntil(lambda: home.computer._memory.figure() != "looking…")
    assert home.empty.isVisible()
    assert not home.grid.isVisible()
    assert not home.training.open_button.isVisible()


FIRST = """
import json, sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings
from ftstudio.ui.home.home_place import HomePlace
from ftstudio.ui.studio import Studio
workspace = Workspace.current()
home = HomePlace(Studio(workspace, Settings.load(workspace)))
home.open()
later = ("ftstudio.data.versions.library", "ftstudio.data.draft", "ftstudio.jobs.launch", "psutil",
         "ftstudio.techniques", "ftstudio.adapters.shelf", "pynvml")
print(json.dumps([name for name in later if name in sys.modules]))
"""


def test_the_first_frame_waits_for_nothing_that_only_looks(tmp_path: Path) -> None:
    """Runs, datasets, adapters and the card are looked at once the first frame is there."""
    env = {**os.environ, "FTSTUDIO_WORKSPACE": str(tmp_path / "workspace")}
    done = subprocess.run(
        [sys.executable, "-c", FIRST], env=env, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr


def test_buttons_go_where_they_say(studio: Studio, qtbot: QtBot) -> None:
    home, went = HomePlace(studio), []
    qtbot.addWidget(home)
    home.go.connect(lambda place, payload: went.append((place, payload)))
    home.hero.new_button.click()
    home.hero.example.link.click()
    assert went == [("data", "new"), ("data", "example")]


def test_another_example_is_picked_from_the_menu(studio: Studio, qtbot: QtBot) -> None:
    home, went = HomePlace(studio), []
    qtbot.addWidget(home)
    home.go.connect(lambda place, payload: went.append((place, payload)))
    first, *_others, last = home.hero.example.menu.actions()
    last.trigger()
    first.trigger()
    (place, path), default = went
    assert (place, path.name) == ("data", "support-ratings.csv")
    assert default == ("data", "example")


def test_recent_work_is_listed_newest_first_and_opens(studio: Studio, qtbot: QtBot) -> None:
    old = create_job(studio.workspace.jobs, "train", "Old", {})
    old.events.write_text(
        Started(pid=1, device="cpu", t=100).model_dump_json()
        + "\n"
        + Failed(what="Ran out of memory.", why="w", remedy="r", t=200).model_dump_json()
        + "\n"
    )
    create_job(studio.workspace.jobs, "train", "New", {})
    create_job(studio.workspace.jobs, "preview", "no run", {})
    home, went = HomePlace(studio), []
    qtbot.addWidget(home)
    home.go.connect(lambda place, payload: went.append((place, payload)))
    home.show()
    home.open()
    qtbot.waitUntil(lambda: len(home.grid.cards()) == 2)
    assert [card.thing.name for card in home.grid.cards()] == ["New", "Old"]
    assert "Ran out of memory." in home.grid.cards()[1].accessibleName()
    assert not home.empty.isVisible()
    home.grid.cards()[1].click()
    assert went == [("runs", old.id)]


def test_one_unreadable_room_does_not_hide_the_others(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(workspace: object) -> list[object]:
        raise StudioError("No.", "No.", "No.")

    monkeypatch.setattr(shelf, "list_cards", refuse)
    monkeypatch.setattr(library, "list_versions", lambda workspace: [])
    create_job(studio.workspace.jobs, "train", "Here", {})
    assert [thing.name for thing in list_recent(studio.workspace)] == ["Here"]


def test_without_a_card_it_says_so_in_plain_words(qtbot: QtBot) -> None:
    card = ComputerCard()
    qtbot.addWidget(card)
    card.show_reading(READING)
    assert "No NVIDIA card found" in card._remark.text()
    assert card._compute.figure() == "38 % busy · 16 cores"
    assert card._memory.figure() == "11.0 of 64.0 GB in use"
    assert card._disk.figure() == "412 of 500 GB in use"


def test_with_a_card_its_memory_stands_first(qtbot: QtBot) -> None:
    card = ComputerCard()
    qtbot.addWidget(card)
    card.show_reading(
        Reading(1, 2, 1, 2, 4, 0, card_name="RTX 4090", card_used=3 * GB, card_total=24 * GB)
    )
    assert card._compute.figure() == "3.0 of 24.0 GB in use · RTX 4090"
    assert card._remark.isHidden()


@pytest.mark.parametrize(("used", "tone"), [(100, "accent"), (420, "warn"), (496, "bad")])
def test_a_filling_disk_is_told(used: int, tone: str) -> None:
    assert Reading(1, 2, used * GB, 500 * GB, 1, 0).disk_tone == tone


def test_a_running_run_shows_share_end_and_sentence(studio: Studio, qtbot: QtBot) -> None:
    card, opened = TrainingCard(), []
    qtbot.addWidget(card)
    card.opened.connect(opened.append)
    row = _run(
        studio, Started(pid=1, device="cpu"), READY, Validation(step=0, loss=2.4),
        Validation(step=10, loss=1.2), _step(1240),
    )  # fmt: skip
    card.show_run(row, 1)
    assert card._chip.text() == "42 min left"
    assert card._facts.full_text().startswith("Starter · LoRA · step 1,240 of 2,000 · done about ")
    assert card._bar.fraction() == pytest.approx(0.62)
    assert "down by 50 %" in card._words.text()
    assert "One more run waits" in card._words.text()
    card.open_button.click()
    assert opened == [row.id]


def test_pause_asks_the_worker(studio: Studio, qtbot: QtBot) -> None:
    home = HomePlace(studio)
    qtbot.addWidget(home)
    row = _run(studio, Started(pid=1, device="cpu"), READY, _step(5))
    home.show_runs([row])
    home.training.pause_button.click()
    assert '"pause"' in JobFolder(row.folder.path).commands.read_text()
    assert "Pausing" in home.training._words.text()


def test_pausing_without_a_disk_is_told(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: JobFolder) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(launch, "pause", full)
    home = HomePlace(studio)
    qtbot.addWidget(home)
    home._on_pause("x")
    assert "No space left" in home.notice.message()


def test_narrow_home_stacks_its_cards(studio: Studio, qtbot: QtBot) -> None:
    home = HomePlace(studio)
    qtbot.addWidget(home)
    home.resize(1072, 800)
    home.show()
    assert home.computer.y() == home.training.y()
    home.resize(600, 800)
    qtbot.waitUntil(lambda: home.training.y() > home.computer.y())


@pytest.mark.parametrize(
    ("hour", "words"),
    [(6, "Good morning"), (13, "Good afternoon"), (20, "Good evening"), (2, "Good evening")],
)
def test_greeting(hour: int, words: str, qtbot: QtBot) -> None:
    card = computer_card.ComputerCard()
    qtbot.addWidget(card)
    assert greeting(card, hour) == words
