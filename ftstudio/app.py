"""Builds the application, hooks crashes, shows the window; nothing else."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from ftstudio import __version__
from ftstudio.core.errors import StudioError
from ftstudio.core.logs import start_logging
from ftstudio.core.paths import Workspace, remember_workspace
from ftstudio.core.settings import Settings
from ftstudio.ui import theme
from ftstudio.ui.bridge.background import keep_turns_short
from ftstudio.ui.bridge.collector import Collector
from ftstudio.ui.bridge.preload import Preload
from ftstudio.ui.bridge.window_lock import WindowLock
from ftstudio.ui.icons import app_icon
from ftstudio.ui.main_window import MainWindow, place_modules
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.focus_marks import FocusMarks

_log = logging.getLogger("ftstudio")
_LOOK_AFTER_MS = 100  # at the runs: what that imports would hold up the first frame
_PRELOAD_AFTER_MS = 300
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def main() -> int:
    """Open the window; returns the exit status."""
    app = make_application(sys.argv)
    Collector(app).start()
    keep_turns_short()
    crashes = CrashHook()
    crashes.install()
    workspace = _find_workspace()
    if workspace is None:
        return 1
    start_logging(workspace)
    lock = WindowLock()
    if not lock.take(workspace):
        _say_open_already(workspace)
        return 1
    settings = Settings.load(workspace)
    theme.apply_theme(app, settings.theme)
    window = MainWindow(Studio(workspace, settings))
    window.workspace_changed.connect(lock.follow)
    app.styleHints().colorSchemeChanged.connect(lambda: window.set_theme(settings.theme))
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends it at once
    window.show()
    QTimer.singleShot(_LOOK_AFTER_MS, window.poll.start)
    preload = Preload([*place_modules(), "pyqtgraph"])
    QTimer.singleShot(_PRELOAD_AFTER_MS, preload.start)
    return _leave(app.exec(), preload)


def _leave(status: int, preload: Preload) -> int:
    """End at once where a thread hangs in a drive: tearing Qt down under it would abort."""
    from ftstudio.ui.bridge.job_watcher import still_leaving  # not needed for the first frame

    if not preload.end() or still_leaving():
        logging.shutdown()
        os._exit(status)
    return status


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication with its names, its icon and the marks of the keyboard's focus."""
    app = QApplication(arguments)
    app.setApplicationName("ftstudio")
    app.setApplicationDisplayName("Fine-Tuning Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("ftstudio")
    theme.apply_theme(app, "system")
    app.setWindowIcon(app_icon())
    FocusMarks(app)
    return app


class CrashHook(QObject):
    """Unexpected errors from any thread go to the log, and once at a time to a dialog."""

    crashed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._showing = False
        self.crashed.connect(self._show)

    def install(self) -> None:
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error
        qInstallMessageHandler(_on_qt_message)
        if sys.stderr is not None:
            faulthandler.enable()

    def _on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _log.critical("unexpected error", exc_info=(kind, error, trace))
        self.crashed.emit(error)

    def _on_thread_error(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_error(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _show(self, error: BaseException) -> None:
        if self._showing:
            return
        from ftstudio.ui.crash_dialog import CrashDialog, diagnostics

        self._showing = True
        try:
            CrashDialog(diagnostics(error), QApplication.activeWindow()).exec()
        finally:
            self._showing = False


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS[kind], "%s (%s)", message, context.category or "")


def _find_workspace() -> Workspace | None:
    """The workspace; where it can't be used, the person may choose another folder."""
    while True:
        try:
            return Workspace.current()
        except StudioError as error:
            box = QMessageBox(QMessageBox.Icon.Warning, "Fine-Tuning Studio", error.what)
            box.setInformativeText(f"{error.why} {error.remedy}")
            choose = box.addButton(_tr("Choose a folder…"), QMessageBox.ButtonRole.AcceptRole)
            box.addButton(_tr("Quit"), QMessageBox.ButtonRole.RejectRole)
            box.exec()
            if box.clickedButton() is not choose:
                return None
            folder = QFileDialog.getExistingDirectory(None, _tr("Workspace folder"))
            if folder:
                _remember(Path(folder))


def _remember(folder: Path) -> None:
    try:
        remember_workspace(folder)
    except OSError as error:
        words = _tr("The choice can't be remembered: {error}.")
        QMessageBox.warning(None, "Fine-Tuning Studio", words.format(error=error.strerror or error))


def _say_open_already(workspace: Workspace) -> None:
    box = QMessageBox(
        QMessageBox.Icon.Information,
        "Fine-Tuning Studio",
        _tr("Fine-Tuning Studio is open already."),
    )
    why = _tr("Another window works in {folder}; two would overwrite each other's changes.")
    remedy = _tr("Go on in that window, or close it and start again.")
    box.setInformativeText(f"{why.format(folder=workspace.root)} {remedy}")
    box.addButton(_tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()


def _tr(words: str) -> str:
    return QCoreApplication.translate("app", words)
