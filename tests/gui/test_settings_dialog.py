"""Settings hold at once; the workspace moves whole or stays."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from ftstudio.core import paths
from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.settings import Settings
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.lock import Holder, write_holder
from ftstudio.planning import measured, tried
from ftstudio.planning.measured import Record
from ftstudio.ui import settings_dialog
from ftstudio.ui.settings_dialog import SettingsDialog
from ftstudio.ui.studio import Studio


@pytest.fixture
def dialog(studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SettingsDialog:
    monkeypatch.delenv("FTSTUDIO_WORKSPACE")
    made = SettingsDialog(studio)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_change_is_saved_at_once(dialog: SettingsDialog, studio: Studio, qtbot: QtBot) -> None:
    box = dialog.form.control("notify")
    assert isinstance(box, QCheckBox)
    with qtbot.waitSignal(dialog.changed):
        qtbot.keyClick(box, Qt.Key.Key_Space)
    assert studio.settings.notify is False
    assert Settings.load(studio.workspace).notify is False


def test_what_is_only_remembered_is_not_overwritten(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot
) -> None:
    studio.settings.last_place = "runs"
    qtbot.keyClick(dialog.form.control("notify"), Qt.Key.Key_Space)
    assert Settings.load(studio.workspace).last_place == "runs"


def test_it_fits_on_a_small_screen(dialog: SettingsDialog, qtbot: QtBot) -> None:
    """1280 × 800, or 1.5 times as dense on 1920 × 1200: with room for frame and bars."""
    heights = set()
    for key in ("app", "workspace", "learned"):
        qtbot.mouseClick(dialog.parts.button(key), Qt.MouseButton.LeftButton)
        dialog.grab()
        assert dialog._pages[key].isVisible()
        assert dialog._pages[key].verticalScrollBar().maximum() == 0
        heights.add(dialog.height())
    assert len(heights) == 1
    assert heights.pop() <= 640


def test_nothing_is_squeezed(dialog: SettingsDialog) -> None:
    assert dialog.height() >= dialog.layout().heightForWidth(dialog.width())
    for name in ("theme", "detail", "notify"):
        control = dialog.form.control(name)
        assert control.height() >= control.minimumSizeHint().height()


def test_moving_switches_and_leaves_the_old_copy(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    old = studio.workspace
    (old.datasets / "rows.txt").write_text("mine")
    with qtbot.waitSignal(dialog.workspace_moved, timeout=10_000) as heard:
        dialog.move_to(tmp_path / "new place")
    moved = heard.args[0]
    assert (moved.datasets / "rows.txt").read_text() == "mine"
    assert (old.datasets / "rows.txt").read_text() == "mine"
    assert studio.workspace == moved
    assert paths._POINTER.read_text() == str(tmp_path / "new place")
    assert str(old.root) in dialog.notice.message()


def test_a_failed_move_changes_nothing(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    def fail(*args: object) -> None:
        raise StudioError("It failed.", "Why.", "Remedy.")

    monkeypatch.setattr(settings_dialog, "copy_workspace", fail)
    old = studio.workspace
    dialog.move_to(tmp_path / "new")
    qtbot.waitUntil(lambda: "It failed." in dialog.notice.message())
    assert studio.workspace == old
    assert not paths._POINTER.exists()
    assert dialog._move_button.isEnabled()


def test_a_full_folder_gets_a_folder_inside(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    (tmp_path / "drive").mkdir()
    (tmp_path / "drive" / "photo.jpg").write_text("x")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a: str(tmp_path / "drive"))
    with qtbot.waitSignal(dialog.workspace_moved, timeout=10_000):
        dialog._move_button.click()
    assert studio.workspace.root == tmp_path / "drive" / "ftstudio"


def test_no_move_while_training(studio: Studio, qtbot: QtBot) -> None:
    dialog = SettingsDialog(studio, training=True)
    qtbot.addWidget(dialog)
    assert not dialog._move_button.isEnabled()
    assert "no run is at work" in dialog._move_button.toolTip()


@pytest.fixture
def at_work(studio: Studio) -> Iterator[JobFolder]:
    """A merge, with a process that stands for its worker."""
    folder = create_job(studio.workspace.jobs, "merge", "Merge", {})
    with subprocess.Popen(["sleep", "60"]) as process:
        write_holder(folder, Holder.of(process.pid, 0))
        yield folder
        process.kill()


def test_no_move_while_any_job_works_in_it(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot, tmp_path: Path, at_work: JobFolder
) -> None:
    old = studio.workspace
    dialog.move_to(tmp_path / "new")
    qtbot.waitUntil(lambda: "can't be moved now" in dialog.notice.message())
    assert studio.workspace == old
    assert not (tmp_path / "new").exists()


def test_a_job_that_began_during_the_copy_undoes_the_move(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    folder = create_job(studio.workspace.jobs, "download", "A model", {})
    answers = [False, True]
    monkeypatch.setattr(launch, "is_running", lambda f: f == folder and answers.pop(0))
    held: list[bool] = []
    dialog.moving.connect(held.append)
    dialog.move_to(tmp_path / "new")
    qtbot.waitUntil(lambda: "can't be moved now" in dialog.notice.message())
    assert not (tmp_path / "new").exists()
    assert not paths._POINTER.exists()
    assert held == [True, False]


@pytest.mark.parametrize("leave", ["accept", "reject"])
def test_leaving_in_any_way_ends_a_move(
    dialog: SettingsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    leave: str,
) -> None:  # fmt: skip
    ended = threading.Event()

    def endless(
        old: object, target: object, progress: object, cancelled: Callable[[], bool]
    ) -> None:
        while not cancelled():
            time.sleep(0.01)
        ended.set()
        raise Cancelled

    monkeypatch.setattr(settings_dialog, "copy_workspace", endless)
    held: list[bool] = []
    dialog.moving.connect(held.append)
    dialog.move_to(tmp_path / "new")
    getattr(dialog, leave)()
    assert ended.wait(60)
    assert held == [True, False]


def test_what_was_learned_is_shown_and_forgotten(
    dialog: SettingsDialog, studio: Studio, qtbot: QtBot
) -> None:
    record = Record("r", 1.0, "RTX 4090", "exact", 10**10, 9 * 10**9, 10**10, 9 * 10**9, 5 * 10**8)
    measured._write(studio.workspace, [record], {})
    tried.keep(studio.workspace, "key", tried.Tried("cuda", 5))
    opened = SettingsDialog(studio)
    qtbot.addWidget(opened)
    qtbot.waitUntil(lambda: any("RTX" in b.accessibleName() for b in buttons(opened)))
    next(b for b in buttons(opened) if "RTX" in b.accessibleName()).click()
    qtbot.waitUntil(lambda: not any("RTX" in b.accessibleName() for b in buttons(opened)))
    assert measured.gather(studio.workspace) == []
    assert tried.load(studio.workspace) == {}


def buttons(dialog: SettingsDialog) -> list[QPushButton]:
    return [b for b in dialog.learned.findChildren(QPushButton) if not b.isHidden()]
