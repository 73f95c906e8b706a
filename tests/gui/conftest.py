"""A window without a screen, in a workspace of its own; nothing of it may be left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/no/desktop"  # never the person's own

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ftstudio.core import paths
from ftstudio.core.paths import Workspace
from ftstudio.core.settings import Settings
from ftstudio.ui import theme
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.collector import Collector
from ftstudio.ui.dataset import closer_run
from ftstudio.ui.setup import exact_figures, live_machine
from ftstudio.ui.studio import Studio
from tests.gui.patient import PatientBot


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["ftstudio-tests"]


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's, with more patience."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    """Every test starts in the light theme, with the app's font."""
    if theme.is_dark() or not qapp.property("ft_fonts_loaded"):
        theme.apply_theme(qapp, "light")


@pytest.fixture(scope="module", autouse=True)
def collected_here(qapp: QApplication) -> Iterator[None]:
    """As in the app. Nothing of a window is left to the threads of tests without one."""
    collector = Collector()
    collector.start()
    yield
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    collector.stop()


@pytest.fixture(autouse=True)
def no_thread_stays(qapp: QApplication) -> Iterator[None]:
    """Background calls must end soon after the widgets that asked for them are gone."""
    before = set(threading.enumerate())
    yield
    qapp.processEvents()
    assert background.wait_all(60), "a background call is still running"
    new = [t for t in threading.enumerate() if t not in before and not _is_ours_to_keep(t)]
    until = time.monotonic() + 60
    for thread in new:
        thread.join(max(0.0, until - time.monotonic()))
    left = [t for t in new if t.is_alive()]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up counts no memory by itself, and looks at the machine once, unless a test asks for
    more: a worker is a process. Nor are rows looked at closer unasked: the first look
    loads much."""
    monkeypatch.setattr(exact_figures, "PAUSE_MS", 10**8)
    monkeypatch.setattr(closer_run, "UNASKED", False)
    monkeypatch.setattr(live_machine, "EVERY_MS", 10**8)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A new workspace; the person's own settings and workspace are out of reach."""
    root = tmp_path / "workspace"
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(root))
    monkeypatch.setattr(paths, "_POINTER", tmp_path / "config" / "workspace.txt")
    return Studio(Workspace(root).create(), Settings())


def _is_ours_to_keep(thread: threading.Thread) -> bool:
    # Qt threads that ran Python code appear as dummies and can't be joined;
    # tqdm's monitor belongs to libraries that a test imported.
    return isinstance(thread, threading._DummyThread) or "tqdm" in type(thread).__name__.lower()
