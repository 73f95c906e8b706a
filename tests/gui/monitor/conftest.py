"""The place of the runs, as large as the window leaves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ftstudio.ui.bridge import background
from ftstudio.ui.monitor.runs_place import RunsPlace
from ftstudio.ui.studio import Studio


@pytest.fixture
def place(qtbot: QtBot, studio: Studio) -> Iterator[RunsPlace]:
    place = RunsPlace(studio)
    qtbot.addWidget(place)
    place.resize(1072, 820)
    place.show()
    qtbot.waitExposed(place)
    yield place
    place.shut_down()
    background.wait_all()
