"""The window: the places, the wires between them, and what holds on every page."""

from __future__ import annotations

import importlib
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import ModelRef
from ftstudio.core.units import clock_after
from ftstudio.ui import theme
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.conversation import end_all
from ftstudio.ui.bridge.desktop import Desktop
from ftstudio.ui.bridge.dropped import Dropped, what_are_dropped
from ftstudio.ui.bridge.run_poll import RunPoll
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.broken_place import BrokenPlace
from ftstudio.ui.widgets.file_drop import dropped_paths
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.rail import Rail

_log = logging.getLogger(__name__)
_COMPACT_BELOW = 1100
_SIZE = (1280, 820)


@dataclass(frozen=True)
class _Place:
    key: str
    icon: str
    module: str
    name: str


# Titles stand in `_place_titles`, where they are translated; modules load on first opening.
_PLACES = (
    _Place("home", "home", "ftstudio.ui.home.home_place", "HomePlace"),
    _Place("data", "database", "ftstudio.ui.dataset.data_place", "DataPlace"),
    _Place("train", "sliders-horizontal", "ftstudio.ui.setup.setup_place", "SetupPlace"),
    _Place("runs", "activity", "ftstudio.ui.monitor.runs_place", "RunsPlace"),
    _Place(
        "play",
        "messages-square",
        "ftstudio.ui.playground.playground_place",
        "PlaygroundPlace",
    ),
    _Place("adapters", "layers", "ftstudio.ui.adapters.adapters_place", "AdaptersPlace"),
)


def place_modules() -> list[str]:
    """What is imported when a place is first opened: the likely ones first."""
    return [place.module for place in _PLACES]


class MainWindow(QMainWindow):
    """Builds a place when it is first opened; keeps it from then on."""

    first_paint = Signal()
    workspace_changed = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self._built: dict[str, QWidget] = {}
        self._painted = False
        self._desktop = Desktop()
        self.setWindowTitle(self.tr("Fine-Tuning Studio"))
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 560)
        self._lay_out()
        self._make_keys()
        self.poll = RunPoll(studio.workspace, self)
        self.poll.runs_seen.connect(self._on_runs)
        self.poll.run_ended.connect(self._on_run_ended)
        self._restore()

    def go(self, place: str, payload: object = None) -> None:
        """Show a place, and hand it what it is to open."""
        if place not in {p.key for p in _PLACES}:
            raise ValueError(f"there is no place {place!r}")
        widget = self._place(place)
        self.rail.select(place)
        self.stack.setCurrentWidget(widget)
        self.studio.settings.last_place = place
        self._call(widget, payload)
        if self._painted:
            self.poll.look()  # what was just started stands in the rail at once

    def current_place(self) -> str:
        current = self.stack.currentWidget()
        return next((key for key, widget in self._built.items() if widget is current), "home")

    def place(self, key: str) -> QWidget:
        """The widget of a place, built if need be."""
        return self._place(key)

    def set_theme(self, mode: theme.Mode) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply_theme(app, mode)
        self.rail.show_theme(theme.is_dark())

    def open_settings(self) -> None:
        from ftstudio.ui.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self.studio, self.poll.running() is not None, self)
        dialog.changed.connect(self._on_settings)
        dialog.workspace_moved.connect(self._on_workspace)
        dialog.moving.connect(self.poll.hold_queue)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # ---- building ----

    def _lay_out(self) -> None:
        self._page = page = QWidget()
        page.setObjectName("page")
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        titles = self._place_titles()
        self.rail = Rail([(p.key, titles[p.key], p.icon) for p in _PLACES])
        self.rail.place_chosen.connect(self.go)
        self.rail.job_opened.connect(self._on_job_opened)
        self.rail.theme_toggled.connect(self._on_theme_toggled)
        self.rail.settings_asked.connect(self.open_settings)
        self.rail.show_theme(theme.is_dark())
        self.notice = NoticeBar()
        self.stack = QStackedWidget()
        column = QVBoxLayout()
        column.setSpacing(0)
        margin = QHBoxLayout()
        margin.setContentsMargins(32, 0, 32, 0)
        margin.addWidget(self.notice)
        self.notice.turned_up.connect(lambda up: margin.setContentsMargins(32, 16 * up, 32, 0))
        column.addLayout(margin)
        column.addWidget(self.stack, 1)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.setCentralWidget(page)
        self._drop_hint = QLabel(self.tr("Drop it: the app finds out what it is"), page)
        self._drop_hint.setObjectName("dropHint")
        self._drop_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._drop_hint.hide()

    def _place_titles(self) -> dict[str, str]:
        return {
            "home": self.tr("Home"),
            "data": self.tr("Data"),
            "train": self.tr("Train"),
            "runs": self.tr("Runs"),
            "play": self.tr("Playground"),
            "adapters": self.tr("Adapters"),
        }

    def _make_keys(self) -> None:
        for number, place in enumerate(_PLACES, start=1):
            self._key(f"Ctrl+{number}", partial(self.go, place.key))
        self._key("Ctrl+,", self.open_settings)
        self._key("Ctrl+N", self._on_new)
        self._key("F1", self._on_help)
        self._key("Ctrl+Q", self.close)

    def _key(self, keys: str, call: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(call)

    def _place(self, key: str) -> QWidget:
        if key not in self._built:
            widget = self._build(next(p for p in _PLACES if p.key == key))
            self._built[key] = widget
            self.stack.addWidget(widget)
        return self._built[key]

    def _build(self, place: _Place) -> QWidget:
        try:
            module = importlib.import_module(place.module)
            widget: QWidget = getattr(module, place.name)(self.studio)
            go: Any = widget.go  # type: ignore[attr-defined]
            go.connect(self.go)
            return widget
        except Exception as error:  # noqa: BLE001 - one broken place must not take the window along
            return self._broken(place.key, error)

    def _call(self, widget: QWidget, payload: object) -> None:
        open_it: Any = getattr(widget, "open", None)
        if open_it is None:
            return
        try:
            open_it(payload)
        except StudioError as error:
            self.notice.show_error(error)
        except Exception as error:  # noqa: BLE001 - as in `_build`
            key = self.current_place()
            self._replace(key, self._broken(key, error))

    def _broken(self, key: str, error: Exception) -> QWidget:
        _log.exception("the place %s could not be shown", key)
        from ftstudio.ui.crash_dialog import diagnostics

        broken = BrokenPlace(self._place_titles()[key], diagnostics(error))
        broken.again.connect(lambda: self._rebuild(key))
        return broken

    def _rebuild(self, key: str) -> None:
        self._forget(key)
        self.go(key)

    def _replace(self, key: str, widget: QWidget) -> None:
        self._forget(key)
        self._built[key] = widget
        self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)

    def _forget(self, key: str) -> None:
        widget = self._built.pop(key, None)
        if widget is not None:
            _shut_down(widget)
            self.stack.removeWidget(widget)
            widget.deleteLater()

    # ---- what happens ----

    def _on_runs(self, rows: list[Any]) -> None:
        running = self.poll.running()
        if running is not None and self.studio.settings.keep_awake:
            self._desktop.keep_awake(self.tr("Training {name}").format(name=running.name))
        else:
            self._desktop.let_sleep()
        if running is None:
            self.rail.job.clear()
        else:
            status = running.status
            facts = [self.tr("{percent} %").format(percent=round(100 * status.progress))]
            if status.seconds_left is not None:
                clock = clock_after(status.seconds_left)
                facts.append(self.tr("done about {clock}").format(clock=clock))
            elif status.phase_text:
                facts.append(status.phase_text)
            self.rail.job.show_job(running.id, running.name, " · ".join(facts), status.progress)
        home = self._built.get("home")
        show_runs: Any = getattr(home, "show_runs", None)
        if show_runs is not None:
            show_runs(rows)

    def _on_run_ended(self, row: Any) -> None:
        name, state, run_id = row.name, row.status.state, row.id
        words = {
            "finished": self.tr("“{name}” is done."),
            "stopped": self.tr("“{name}” was stopped."),
            "paused": self.tr("“{name}” is paused."),
        }.get(state, self.tr("“{name}” could not go on."))
        said = words.format(name=name)
        if self.current_place() != "runs":
            self.notice.show_info(said, self.tr("Open run"), lambda: self.go("runs", run_id))
        more_to_come = any(other.status.state in ("running", "waiting") for other in self.poll.rows)
        trouble = state in ("failed", "interrupted")
        if self.studio.settings.notify and not self.isActiveWindow():
            QApplication.alert(self)
            if trouble or not more_to_come:  # one for the whole queue, and one for each failure
                self._desktop.notify(self.tr("Fine-Tuning Studio"), said)

    def _on_job_opened(self, run_id: str) -> None:
        self.go("runs", run_id)

    def _on_new(self) -> None:
        self.go("data", "new")

    def _on_theme_toggled(self) -> None:
        mode: theme.Mode = "light" if theme.is_dark() else "dark"
        self.studio.remember(theme=mode)
        self.set_theme(mode)

    def _on_settings(self) -> None:
        self.set_theme(self.studio.settings.theme)

    def _on_workspace(self, workspace: Workspace) -> None:
        """All places look at the new folder: they are built anew."""
        self.studio.workspace = workspace
        self.poll.set_workspace(workspace)
        self.workspace_changed.emit(workspace)
        for key in list(self._built):
            self._forget(key)
        self.go("home")

    def _on_help(self) -> None:
        """The help sentence of the control that has the focus."""
        here = QApplication.focusWidget()
        if here is None:
            return
        words = here.whatsThis() or here.accessibleDescription() or here.toolTip()
        words = words or here.accessibleName()
        if words:
            QWhatsThis.showText(here.mapToGlobal(here.rect().bottomLeft()), words, here)

    # ---- drag and drop ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._drop_hint.setGeometry(self._page.rect().adjusted(12, 12, -12, -12))
            self._drop_hint.raise_()
            self._drop_hint.show()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        paths = dropped_paths(event)
        if paths:
            event.acceptProposedAction()
            self.take_in(paths)

    def take_in(self, paths: Sequence[Path]) -> None:
        """Files go to the data wizard, an adapter to the shelf, a model to the set-up."""
        self.notice.clear()
        workspace = self.studio.workspace
        background.run(
            self,
            lambda cancel: what_are_dropped(paths, workspace),
            self._on_dropped,
            self.notice.show_error,
        )

    def _on_dropped(self, dropped: tuple[Dropped, list[Path]]) -> None:
        found, left = dropped
        if isinstance(found.payload, ModelRef):
            self.studio.remember(last_model=found.payload.path)
            words = self.tr("“{name}” is in the list of models, and chosen for the next run.")
            self.go(found.place)
            self.notice.show_info(words.format(name=found.payload.name))
        else:
            self.go(found.place, found.payload)
        if left:
            self.notice.show_warning(
                self.tr("Only the first of what was dropped was taken."),
                self.tr("Left: {names}. Files can be dropped together, folders one by one.").format(
                    names=", ".join(path.name for path in left[:5])
                ),
            )

    # ---- coming and going ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        compact = self.width() < _COMPACT_BELOW
        if compact != self.rail.is_compact():
            self.rail.set_compact(compact)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if not self._painted:
            self._painted = True
            self.first_paint.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.poll.still_running() and not self._may_close():
            event.ignore()
            return
        self.poll.stop()
        self._desktop.let_sleep()
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.studio.remember(geometry=geometry, last_place=self.current_place())
        for widget in self._built.values():
            _shut_down(widget)
        end_all()
        background.wait_all()
        event.accept()

    def _may_close(self) -> bool:
        """Training goes on without the window; that is said once."""
        if self.studio.settings.told_about_closing:
            return True
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Training goes on"))
        box.setText(self.tr("Training goes on when this window is closed."))
        box.setInformativeText(
            self.tr("Open the app again at any time to see how far it is. This is said only once.")
        )
        close = box.addButton(self.tr("Close the window"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        self.studio.remember(told_about_closing=True)
        return box.clickedButton() is close

    def _restore(self) -> None:
        room = self.screen().availableSize()
        self.resize(min(_SIZE[0], room.width() - 8), min(_SIZE[1], room.height() - 48))
        saved = self.studio.settings.geometry
        if saved:
            self.restoreGeometry(QByteArray.fromBase64(saved.encode()))
        last = self.studio.settings.last_place
        self.go(last if last in {p.key for p in _PLACES} else "home")


def _shut_down(widget: QWidget) -> None:
    """Places with threads or children of their own end them here."""
    shut_down: Any = getattr(widget, "shut_down", None)
    if shut_down is None:
        return
    try:
        shut_down()
    except Exception:  # noqa: BLE001 - the others must still be shut down
        _log.error("shutting down: %s", traceback.format_exc())
