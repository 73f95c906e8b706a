"""How soon a person can begin, and what the waiting window costs, in a real window.

Repeat with `pytest -m bench -s tests/bench/test_first_screen.py`.
"""

from __future__ import annotations

import time

import psutil
import pytest

from tests.journeys.sheets import write_german_csv, write_xlsx
from tests.journeys.test_spreadsheet_to_merged_model import bring, go_to_start
from tests.journeys.window import Screen, Window, missing_tools

pytestmark = pytest.mark.bench


@pytest.fixture
def window(tmp_path):
    if missing := missing_tools():
        pytest.skip(f"no virtual screen: {', '.join(missing)} not installed")
    screen = Screen()
    began = time.monotonic()
    made = Window(screen, tmp_path / "work")
    made.wait_for("New fine-tune", 60)
    made.opened_after = time.monotonic() - began
    yield made
    made.kill()
    screen.close()


def test_the_first_screen_is_usable_and_light(window):
    process = psutil.Process(window.process.pid)
    times = process.cpu_times()
    cpu = times.user + times.system
    time.sleep(8)  # the plots' libraries are loaded meanwhile
    idle = process.memory_info().rss / 1e6
    print(f"\nfirst screen usable after {window.opened_after:.2f} s wall, {cpu:.2f} s CPU; "
          f"idle {idle:.0f} MB")  # fmt: skip
    assert cpu <= 2.0
    assert idle <= 150


@pytest.mark.parametrize("write", [write_xlsx, write_german_csv])
def test_clicks_from_the_first_screen_to_start(window, tmp_path, write):
    bring(window, write(tmp_path / ("tickets.xlsx" if write is write_xlsx else "fragen.csv")))
    go_to_start(window)
    clicks = window.clicks + 1  # and Start itself
    print(f"\n{write.__name__}: {clicks} clicks beside the file dialog, nothing typed")
    assert clicks <= 8
