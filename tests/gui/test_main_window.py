"""The window holds on every page: places, keys, drops, the running job, coming and going."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs.events import Failed, Finished, Ready, Started, Step
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.lock import Holder, write_holder
from ftstudio.ui import main_window, theme
from ftstudio.ui.bridge.dropped import what_is_dropped
from ftstudio.ui.main_window import MainWindow
from ftstudio.ui.settings_dialog import SettingsDialog
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.broken_place import BrokenPlace


class Blank(QWidget):
    """A place that remembers what it was handed."""

    go = Signal(str, object)
    fail: Exception | None = None

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.opened: list[object] = []
        self.ended = False

    def open(self, payload: object = None) -> None:
        if Blank.fail is not None:
            raise Blank.fail
        self.opened.append(payload)

    def shut_down(self) -> None:
        self.ended = True


@pytest.fixture
def window(studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window whose places are blank, so that only the window itself is tested."""
    places = tuple(
        main_window._Place(p.key, p.icon, __name__, "Blank") for p in main_window._PLACES
    )
    monkeypatch.setattr(main_window, "_PLACES", places)
    monkeypatch.setattr(Blank, "fail", None)
    made = MainWindow(studio)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.poll.stop()
    made.studio.settings.told_about_closing = True  # a failed test must not end in a question


def _look(window: MainWindow, qtbot: QtBot) -> None:
    """Look at the runs as they are now; a look that is under way may be older."""
    window.poll.stop()
    with qtbot.waitSignal(window.poll.runs_seen, timeout=20_000):
        window.poll.look()


def _blank(window: MainWindow, key: str) -> Blank:
    widget = window.place(key)
    assert isinstance(widget, Blank)
    return widget


def _running_job(studio: Studio, pid: int) -> JobFolder:
    folder = create_job(studio.workspace.jobs, "train", "Support tone", {})
    write_holder(folder, Holder.of(pid, 0))
    ready = Ready(
        total_steps=100, epochs=1, train_rows=1, validation_rows=1, trainable_parameters=1,
        all_parameters=1,
    )  # fmt: skip
    step = Step(
        step=40, epoch=1, loss=1, learning_rate=1, grad_norm=1, tokens_per_second=1,
        seconds_left=600,
    )  # fmt: skip
    lines = [e.model_dump_json() for e in (Started(pid=pid, device="cpu"), ready, step)]
    folder.events.write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def sleeper() -> Iterator[int]:
    process = subprocess.Popen(["sleep", "60"])
    yield process.pid
    process.kill()
    process.wait()


def test_only_the_first_place_is_built(window: MainWindow) -> None:
    assert list(window._built) == ["home"]
    assert window.current_place() == "home"


def test_the_first_size_fits_the_screen(window: MainWindow) -> None:
    """The offscreen screen is 800 x 800; the title bar needs room too."""
    room = window.screen().availableSize()
    assert window.width() <= room.width()
    assert window.height() <= room.height() - 30


def test_rail_keys_and_go_agree(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.current_place() == "runs"
    assert window.rail.nav.currentRow() == 3
    window.rail.nav.setCurrentRow(5)
    assert window.current_place() == "adapters"
    _blank(window, "adapters").go.emit("play", "a-1")
    assert window.current_place() == "play"
    assert _blank(window, "play").opened == ["a-1"]
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert _blank(window, "data").opened == ["new"]
    with pytest.raises(ValueError, match="nowhere"):
        window.go("nowhere")


def test_nav_is_a_named_list(window: MainWindow) -> None:
    nav = window.rail.nav
    assert nav.accessibleName() == "Places"
    titles = [nav.item(row).text() for row in range(nav.count())]
    assert titles == ["Home", "Data", "Train", "Runs", "Playground", "Adapters"]


def test_place_and_geometry_come_back(window: MainWindow, studio: Studio, qtbot: QtBot) -> None:
    window.go("runs")
    window.resize(780, 600)  # within the screen of the test: Qt keeps windows inside
    window.close()
    saved = type(studio.settings).load(studio.workspace)
    assert saved.last_place == "runs"
    again = MainWindow(Studio(studio.workspace, saved))
    qtbot.addWidget(again)
    assert again.current_place() == "runs"
    assert again.size() == window.size()


def test_closing_ends_what_the_places_started(window: MainWindow) -> None:
    home = _blank(window, "home")
    window.close()
    assert home.ended


def test_rail_shrinks_in_a_narrow_window(window: MainWindow) -> None:
    window.resize(1280, 800)
    assert not window.rail.is_compact()
    window.resize(1000, 800)
    assert window.rail.is_compact()
    assert window.rail.width() == 64
    assert window.rail.settings_button.accessibleName() == "Settings"
    assert window.rail.nav.item(0).toolTip() == "Home"


def test_theme_button_switches_and_is_remembered(window: MainWindow, studio: Studio) -> None:
    window.rail.theme_button.click()
    assert theme.is_dark()
    assert studio.settings.theme == "dark"
    assert window.rail.theme_button.accessibleName() == "Light theme"
    window.rail.theme_button.click()
    assert not theme.is_dark()


@pytest.mark.parametrize("when", ["import", "open"])
def test_a_broken_place_shows_an_error_card_and_can_be_tried_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    if when == "import":
        broken = main_window._Place("train", "cpu", "ftstudio.ui.no_such_module", "X")
        places = [broken if p.key == "train" else p for p in main_window._PLACES]
        monkeypatch.setattr(main_window, "_PLACES", tuple(places))
    else:
        monkeypatch.setattr(Blank, "fail", RuntimeError("ours"))
    window.go("train")
    card = window.stack.currentWidget()
    assert isinstance(card, BrokenPlace)
    assert "Error" in card.details.toPlainText()
    assert window.current_place() == "train"
    monkeypatch.setattr(Blank, "fail", None)
    whole = main_window._Place("train", "cpu", __name__, "Blank")
    places = [whole if p.key == "train" else p for p in main_window._PLACES]
    monkeypatch.setattr(main_window, "_PLACES", tuple(places))
    card.again.emit()
    assert isinstance(window.stack.currentWidget(), Blank)


def test_an_expected_error_on_opening_is_a_notice(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(Blank, "fail", StudioError("What.", "Why.", "Remedy."))
    window.go("data")
    assert window.notice.message() == "What. Why. Remedy."
    qtbot.waitUntil(lambda: window.notice.y() >= 12)  # not glued to the window's edge
    window.notice.clear()
    qtbot.waitUntil(lambda: window.stack.y() == 0)  # and no gap where nothing is said


def test_the_running_job_stands_in_the_rail(
    window: MainWindow, studio: Studio, sleeper: int, qtbot: QtBot
) -> None:
    folder = _running_job(studio, sleeper)
    _look(window, qtbot)
    card = window.rail.job
    assert card.isVisible()
    assert card.accessibleName().startswith("Running: Support tone, 40 % · done about ")
    card.click()
    assert window.current_place() == "runs"
    assert _blank(window, "runs").opened == [folder.id]
    window.go("home")
    with open(folder.events, "a") as file:
        file.write(Finished().model_dump_json() + "\n")
    _look(window, qtbot)
    assert not card.isVisible()
    assert window.notice.message() == "“Support tone” is done."


class _Heard:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def keep_awake(self, reason: str) -> None:
        self.calls.append(f"awake: {reason}")

    def let_sleep(self) -> None:
        self.calls.append("sleep")

    def notify(self, title: str, words: str) -> None:
        self.calls.append(f"notify: {words}")


def test_the_desktop_is_kept_awake_and_told_of_the_end(
    window: MainWindow, studio: Studio, sleeper: int, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    desktop = _Heard()
    monkeypatch.setattr(window, "_desktop", desktop)
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    folder = _running_job(studio, sleeper)
    create_job(studio.workspace.jobs, "train", "only a draft of a job", {})
    _look(window, qtbot)
    assert desktop.calls == ["awake: Training Support tone"]
    studio.settings.keep_awake = False
    window._on_runs(window.poll.rows)
    assert desktop.calls[-1] == "sleep"
    with open(folder.events, "a") as file:
        file.write(Failed(what="W", why="Y", remedy="R").model_dump_json() + "\n")
    _look(window, qtbot)
    assert desktop.calls[-1] == "notify: “Support tone” could not go on."


def test_closing_while_training_is_explained_once(
    window: MainWindow, studio: Studio, sleeper: int, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _running_job(studio, sleeper)
    _look(window, qtbot)
    asked: list[str] = []

    def stay(box: QMessageBox) -> int:
        asked.append(box.text())
        box.buttons()[1].click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", stay)
    assert not window.close()
    assert window.isVisible()
    assert asked == ["Training goes on when this window is closed."]
    assert window.close()
    assert len(asked) == 1


def _drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


def test_a_dropped_file_goes_to_the_data_wizard(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "Ünï.csv"
    file.write_text("a,b\n1,2\n")
    _drop(window, file)
    qtbot.waitUntil(lambda: window.current_place() == "data")
    assert _blank(window, "data").opened == [file]


def test_files_dropped_together_go_there_together(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    files = [tmp_path / f"{name}.csv" for name in "ab"]
    for file in files:
        file.write_text("a,b\n1,2\n")
    _drop(window, *files)
    qtbot.waitUntil(lambda: window.current_place() == "data")
    assert _blank(window, "data").opened == [files]
    _drop(window, tmp_path, files[0])
    qtbot.waitUntil(lambda: len(_blank(window, "data").opened) == 2)
    assert _blank(window, "data").opened[1] == tmp_path
    qtbot.waitUntil(lambda: "Left: a.csv" in window.notice.message())


def test_a_dropped_folder_of_nothing_is_explained(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "photos").mkdir()
    _drop(window, tmp_path / "photos")
    qtbot.waitUntil(lambda: "photos" in window.notice.message())
    assert window.current_place() == "home"


def test_a_dropped_folder_of_files_is_data(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("question,answer\nLit?,Yes.\n", "utf-8")
    assert what_is_dropped(tmp_path, studio.workspace).place == "data"


def test_a_dropped_model_is_remembered_for_training(
    window: MainWindow, studio: Studio, qtbot: QtBot
) -> None:
    from ftstudio.core.assets import starter_model

    if not (starter_model() / "config.json").is_file():
        pytest.skip("the starter model is not there")
    _drop(window, starter_model())
    qtbot.waitUntil(lambda: window.current_place() == "train")
    assert Path(studio.settings.last_model) == starter_model()


def test_a_broken_adapter_is_refused(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text("{")
    with pytest.raises(StudioError):
        what_is_dropped(tmp_path / "adapter", studio.workspace)


def test_f1_says_what_the_focused_control_is(window: MainWindow, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWhatsThis

    shown: list[str] = []
    original = QWhatsThis.showText
    QWhatsThis.showText = lambda pos, words, widget=None: shown.append(words)  # type: ignore[method-assign]
    try:
        window.rail.settings_button.setFocus()
        window.rail.settings_button.setWhatsThis("Opens the settings.")
        qtbot.keyClick(window, Qt.Key.Key_F1)
    finally:
        QWhatsThis.showText = original  # type: ignore[method-assign]
    assert shown == ["Opens the settings."]


def test_moving_the_workspace_builds_the_places_anew(
    window: MainWindow, studio: Studio, tmp_path: Path
) -> None:
    from ftstudio.core.paths import Workspace

    before = _blank(window, "home")
    window._on_workspace(Workspace(tmp_path / "elsewhere").create())
    assert before.ended
    assert window.place("home") is not before
    assert studio.workspace.root == tmp_path / "elsewhere"


def test_settings_open_and_change_the_theme(window: MainWindow, qtbot: QtBot) -> None:
    from ftstudio.ui.settings_dialog import SettingsDialog

    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SettingsDialog)
    combo = dialog.form.control("theme")
    qtbot.keyClick(combo, Qt.Key.Key_End)
    assert theme.is_dark()
    dialog.accept()


def test_a_move_holds_the_queue_and_takes_the_window_along(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.moving.emit(True)
    assert window.poll._holds_queue
    dialog.moving.emit(False)
    assert not window.poll._holds_queue
    moved = Workspace(tmp_path / "moved").create()
    with qtbot.waitSignal(window.workspace_changed) as heard:
        dialog.workspace_moved.emit(moved)
    assert heard.args == [moved]
    dialog.reject()
