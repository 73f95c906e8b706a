"""The whole application in a process of its own: start, weight, crashes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftstudio.ui.main_window import place_modules

WATCH = """
import json, sys, threading, time
import ftstudio.app as app
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ftstudio.ui.main_window import MainWindow, place_modules
heavy = ("torch", "transformers", "peft", "trl", "datasets", "pandas", "numpy", "pyqtgraph",
         "pyarrow", "bitsandbytes", "accelerate")
facts, paint = {}, MainWindow.paintEvent

def painted(self, event):
    paint(self, event)
    if not facts:
        facts["loaded"] = [name for name in heavy if name in sys.modules]
        QTimer.singleShot(0, first_frame_done)

def first_frame_done():
    facts["cpu_ms"] = round(time.process_time() * 1000)
    facts["own"] = sum(name.startswith("ftstudio") for name in sys.modules)
    facts["modules"] = len(sys.modules)
    QTimer.singleShot(WAIT, finish)

def finish():
    if WAIT > 1000 and any(thread.name == "preload" for thread in threading.enumerate()):
        return QTimer.singleShot(200, finish)
    with open("/proc/self/status") as status:
        facts["rss_mb"] = int(status.read().split("VmRSS:")[1].split()[0]) // 1024
    facts["places"] = [name for name in place_modules() if name in sys.modules]
    facts["later"] = [name for name in heavy if name in sys.modules]
    print(json.dumps(facts), flush=True)
    QApplication.quit()

MainWindow.paintEvent = painted
"""


def _start(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    written = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    env = {
        **written,
        "QT_QPA_PLATFORM": "offscreen",
        "FTSTUDIO_WORKSPACE": str(tmp_path / "workspace"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent.parent),
    }
    return subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def facts_of(wait: int, tmp_path: Path) -> dict[str, object]:
    """What the window had loaded and spent `wait` ms after its first frame."""
    done = _start(WATCH.replace("WAIT", str(wait)) + "\nsys.exit(app.main())", tmp_path)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(facts, dict)
    return facts


def test_first_paint_is_light(tmp_path: Path) -> None:
    """What is loaded for it is counted here; its time is held in tests/bench/test_first_screen."""
    facts = facts_of(50, tmp_path)
    assert facts["loaded"] == []
    assert int(str(facts["own"])) <= 60
    assert int(str(facts["modules"])) <= 350


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_idle_window_is_small_with_places_and_plots_preloaded(tmp_path: Path) -> None:
    """The first click on a place finds its modules there; before the first frame they are not."""
    facts = facts_of(6000, tmp_path)
    assert facts["places"] == place_modules()
    assert "pyqtgraph" in list(facts["later"])  # type: ignore[call-overload]
    assert "torch" not in list(facts["later"])  # type: ignore[call-overload]
    assert int(str(facts["rss_mb"])) <= 150


CLOSED = """
import sys
import ftstudio.app as app
from PySide6.QtWidgets import QApplication

def watch(preload):
    begin(preload)
    while "ftstudio.ui.dataset" not in sys.modules:  # it is in the midst of the first import
        pass
    QApplication.quit()

begin, app.Preload.start = app.Preload.start, watch
status = app.main()
print("ftstudio.ui.dataset.wizard" in sys.modules, flush=True)
sys.exit(status)
"""


def test_closing_while_places_are_loaded_ahead_waits_for_none(tmp_path: Path) -> None:
    done = _start(CLOSED, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]


CRASH = """
import sys, threading
import ftstudio.app as app
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication
from ftstudio.ui.crash_dialog import CrashDialog

def fall():
    def in_thread():
        raise ValueError("from a thread")
    threading.Thread(target=in_thread).start()
    qWarning("qt says something")
    look()

def look():
    dialog = QApplication.activeModalWidget()
    if dialog is None or not hasattr(dialog, "details"):  # it comes when the thread has fallen
        return QTimer.singleShot(20, look)
    print(type(dialog).__name__, "from a thread" in dialog.details.toPlainText(), flush=True)
    dialog.accept()
    QTimer.singleShot(0, QApplication.quit)

app.Preload.start = lambda preload: fall()  # called soon after the first paint
sys.exit(app.main())
"""


def test_a_crash_in_a_thread_shows_the_dialog_and_is_logged(tmp_path: Path) -> None:
    done = _start(CRASH, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["CrashDialog", "True"]
    log = (tmp_path / "workspace" / "ftstudio.log").read_text()
    assert "ValueError: from a thread" in log
    assert "qt says something" in log


COLLECTED = """
import gc, sys
import ftstudio.app as app
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ftstudio.ui.bridge import collector

def look():
    print(gc.isenabled(), flush=True)
    gc.callbacks.append(on_pass)
    circles.extend([] for _ in range(10_000))
    QTimer.singleShot(100_000, lambda: QApplication.exit(3))

def on_pass(phase, info):
    QTimer.singleShot(0, QApplication.quit)

circles = []
collector._EVERY_MS = 5
app.Preload.start = lambda preload: look()  # called soon after the first paint
sys.exit(app.main())
"""


def test_the_window_collects_by_its_own_timer(tmp_path: Path) -> None:
    done = _start(COLLECTED, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]


UNUSABLE = """
import sys
import ftstudio.app as app
from PySide6.QtWidgets import QFileDialog, QMessageBox

def answer(box):
    print(box.text(), flush=True)
    box.buttons()[CHOICE].click()
    return 0

QMessageBox.exec = answer
sys.exit(app.main())
"""


def test_a_workspace_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    (tmp_path / "workspace").write_text("a file where the folder should be")
    done = _start(UNUSABLE.replace("CHOICE", "1"), tmp_path)
    assert done.returncode == 1
    assert "can't be used" in done.stdout
    assert "Traceback" not in done.stderr


READ_ONLY = """
import os, tempfile
def read_only(*args, **kwargs):
    raise OSError(30, "Read-only file system")
tempfile.TemporaryFile = read_only
"""


def test_a_read_only_workspace_is_explained(tmp_path: Path) -> None:
    done = _start(READ_ONLY + UNUSABLE.replace("CHOICE", "1"), tmp_path)
    assert done.returncode == 1
    assert "can't be used" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_read_only_workspace_is_one_sentence_in_the_terminal(tmp_path: Path) -> None:
    script = READ_ONLY + "from ftstudio.cli import main\nraise SystemExit(main(['runs', 'list']))"
    done = _start(script, tmp_path)
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_before_the_window_is_there_shows_the_dialog(tmp_path: Path) -> None:
    script = """
import sys
import ftstudio.app as app
from ftstudio.ui.crash_dialog import CrashDialog

def fail():
    raise ValueError("too early")

CrashDialog.exec = lambda self: print("told", "too early" in self.details.toPlainText())
app._find_workspace = fail
sys.exit(app.main())
"""
    assert _start(script, tmp_path).stdout.split() == ["told", "True"]


def test_a_second_window_says_so_and_ends(tmp_path: Path) -> None:
    hold = """
from ftstudio.core.paths import Workspace
from ftstudio.ui.bridge.window_lock import WindowLock
first = WindowLock()
assert first.take(Workspace.current())
"""
    done = _start(hold + UNUSABLE.replace("CHOICE", "0"), tmp_path)
    assert done.returncode == 1, done.stderr
    assert "open already" in done.stdout
