"""A run that ended shows what it was measured to take, on which card, beside the forecast."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ftstudio.jobs.events import Finished, Taken
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning.measured import keep_estimate
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.ui.monitor.runs_place import RunsPlace
from ftstudio.ui.studio import Studio
from tests.gui import canned_job

GB = 10**9
TAKEN = Taken(
    card="NVIDIA GeForce RTX 4090", card_bytes=24 * GB, reserved=15 * GB, context=GB, ram=3 * GB
)  # fmt: skip


def ended(studio: Studio, taken: Taken | None) -> JobFolder:
    folder = canned_job.make_job(studio.workspace)
    keep_estimate(folder, MemoryEstimate({"model": 16 * GB, "context": GB, "margin": 2 * GB}))
    last = Finished(step=300, best_step=300, taken=taken)
    canned_job.write(folder, *canned_job.opening(), *canned_job.curve(1, 300), last)
    return folder


def open_run(place: RunsPlace, folder: JobFolder, qtbot: QtBot) -> None:
    place.open(folder.id)
    qtbot.waitUntil(lambda: place.panel.feed.record.status.state == "finished")
    place.panel._renew()


def test_beside_the_forecast_with_its_card(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    open_run(place, ended(studio, TAKEN), qtbot)
    tile = place.panel.tiles.memory
    assert (tile.value(), tile.word()) == ("16.0 GB", "Measured · 19.0 GB foretold")
    assert "Memory of RTX 4090" in tile.accessibleName()
    assert tile._chip.sizeHint().width() <= tile.width()
    told = {title: words for title, _term, words in place.panel.settings.rows()}
    assert told["Memory, measured"].startswith("16.0 GB on RTX 4090 (of 24.0 GB); 19.0 GB")


def test_another_run_shows_none_of_it(place: RunsPlace, studio: Studio, qtbot: QtBot) -> None:
    open_run(place, ended(studio, TAKEN), qtbot)
    open_run(place, ended(studio, None), qtbot)
    tile = place.panel.tiles.memory
    assert tile.word() == "When it ended"
    assert "RTX" not in tile.toolTip() + tile.accessibleName()
    assert "Memory, measured" not in {row[0] for row in place.panel.settings.rows()}
