"""One virtual screen for the journeys; without its tools they are skipped, saying so."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.journeys.window import Screen, Window, missing_tools


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    missing = missing_tools()
    if missing:
        pytest.skip(f"no virtual screen: {', '.join(missing)} not installed")
    made = Screen()
    yield made
    made.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    """A workspace of its own; whatever still works for it afterwards is ended."""
    folder = tmp_path / "work"
    yield folder
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if any(str(folder) in word for word in words):
            os.kill(process.pid, signal.SIGKILL)


@pytest.fixture
def open_window(screen: Screen, workspace: Path) -> Iterator[Callable[[], Window]]:
    """Opens the app on the screen, as often as the journey needs it."""
    opened: list[Window] = []

    def open_one() -> Window:
        opened.append(Window(screen, workspace))
        opened[-1].wait_for("New fine-tune|Running|Runs", 60)
        return opened[-1]

    yield open_one
    for window in opened:
        if window.process.poll() is None:
            window.kill()
