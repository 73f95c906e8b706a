"""The settings: drawn from their declaration, and the workspace folder with the way to move it."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.move_workspace import copy_workspace, workspace_size
from ftstudio.core.paths import Workspace, remember_workspace
from ftstudio.core.settings import Settings
from ftstudio.core.units import format_bytes
from ftstudio.planning import measured, tried
from ftstudio.planning.measured import Record
from ftstudio.ui.bridge import background
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.learned_card import LearnedCard
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import SCROLL_ROOM, PageArea
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import ElidedLabel, text

_FOLDER_NAME = "ftstudio"
_PART = 440  # pixels: with head and foot it fits on a screen of 1280 × 800, and with room
_log = logging.getLogger(__name__)


class SettingsDialog(QDialog):
    """Every change holds at once. `changed` after each; `workspace_moved` carries the new one."""

    changed = Signal()
    workspace_moved = Signal(object)
    moving = Signal(bool)  # nothing may be started meanwhile

    def __init__(self, studio: Studio, training: bool = False,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._studio = studio
        self._training = training
        self._task: background.Task[Workspace] | None = None
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(640)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28 - SCROLL_ROOM, 18)
        column.setSpacing(14)
        column.addLayout(self._make_head())
        self.notice = NoticeBar()
        notice = QHBoxLayout()
        notice.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        notice.addWidget(self.notice)
        column.addLayout(notice)
        column.addWidget(self._make_parts(), 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        foot.addWidget(text(self.tr("Changes hold at once."), "muted"))
        foot.addStretch(1)
        self.close_button = button(self.tr("Done"), "primary")
        self.close_button.clicked.connect(self.accept)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self._look_at_size()
        workspace = studio.workspace
        background.run(self, lambda cancel: _learned(workspace), self.learned.show_records)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        row.addWidget(text(self.tr("Settings"), "h1"))
        row.addStretch(1)
        parts = [("app", self.tr("App")), ("workspace", self.tr("Workspace")),
                 ("learned", self.tr("Learned from runs"))]  # fmt: skip
        self.parts = Segmented(parts)
        self.parts.chosen.connect(self.show_part)
        row.addWidget(self.parts)
        return row

    def _make_parts(self) -> QStackedWidget:
        """One part at a time, so that all of it fits on a small screen."""
        self.form = ParamsForm(Settings, self._studio.settings, "all")
        self.form.changed.connect(self._on_changed)
        form = Card()
        form.body.addWidget(self.form)
        self.learned = LearnedCard()
        self.learned.forget.connect(self._on_forget)
        parts = {"app": form, "workspace": self._make_workspace_card(), "learned": self.learned}
        self._pages = {key: _area(card) for key, card in parts.items()}
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._stack.setMinimumHeight(_PART)
        return self._stack

    def show_part(self, key: str) -> None:
        """app, workspace or learned."""
        self.parts.select(key)
        self._stack.setCurrentWidget(self._pages[key])

    def move_to(self, target: Path) -> None:
        """Copy the workspace to `target` in the background, then use it from there."""
        self.notice.clear()
        self._move_button.setEnabled(False)
        self._progress_row.show()
        self._meter.set(0, self.tr("copying and comparing…"))
        self.moving.emit(True)
        old = self._studio.workspace
        self._task = background.run(
            self,
            lambda cancel: _move(old, target, cancel),
            self._on_moved,
            self._on_move_failed,
            self._on_progress,
        )

    def event(self, event: QEvent) -> bool:
        """The layout of a dialog does not keep room for wrapped lines by itself."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            layout = self.layout()
            told = layout.heightForWidth(self.width()) if layout else 0
            self.setMinimumHeight(max(told, 0))  # -1 where nothing in it is wrapped
        return super().event(event)

    def done(self, result: int) -> None:
        """Closing in any way ends a move that is under way; the old place stays."""
        self._on_cancel()
        super().done(result)

    def _make_workspace_card(self) -> Card:
        card = Card()
        card.add_title(self.tr("Workspace"), "hard-drive")
        why = self.tr(
            "One folder holds everything: datasets, runs, adapters, models. It can be copied and "
            "backed up like any other."
        )
        card.body.addWidget(text(why, "small", wrap=True))
        card.body.addWidget(line())
        row = QHBoxLayout()
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        root = str(self._studio.workspace.root)
        self._path = ElidedLabel(root, "h3", mode=Qt.TextElideMode.ElideMiddle)
        self._size = text("", "small")
        words.addWidget(self._path)
        words.addWidget(self._size)
        row.addLayout(words, 1)
        open_button = button(self.tr("Open folder"), icon="folder-open")
        open_button.clicked.connect(self._on_open)
        self._move_button = button(self.tr("Move…"))
        self._move_button.clicked.connect(self._on_move)
        reason = self._why_not_move()
        self._move_button.setEnabled(not reason)
        self._move_button.setToolTip(reason)
        row.addWidget(open_button)
        row.addWidget(self._move_button)
        card.body.addLayout(row)
        if reason:
            card.body.addWidget(text(reason, "small", wrap=True))
        card.body.addWidget(self._make_progress_row())
        return card

    def _make_progress_row(self) -> QWidget:
        self._progress_row = QWidget()
        row = QHBoxLayout(self._progress_row)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(12)
        self._meter = Meter(self.tr("Moving"))
        cancel = button(self.tr("Cancel"), "ghost", small=True)
        cancel.clicked.connect(self._on_cancel)
        row.addWidget(self._meter, 1)
        row.addWidget(cancel)
        self._progress_row.hide()
        return self._progress_row

    def _why_not_move(self) -> str:
        if self._training:
            return self.tr("It can be moved when no run is at work.")
        if os.environ.get("FTSTUDIO_WORKSPACE"):
            return self.tr("It is set by FTSTUDIO_WORKSPACE and can only be changed there.")
        return ""

    def _look_at_size(self) -> None:
        workspace = self._studio.workspace
        background.run(
            self, lambda cancel: _size(workspace), self._on_size, lambda error: self._on_size(None)
        )

    def _on_size(self, size: int | None) -> None:
        self._size.setText(format_bytes(size) if size is not None else "")

    def _on_forget(self, card: str) -> None:
        workspace = self._studio.workspace
        background.run(
            self, lambda cancel: _forget(workspace, card), self.learned.show_records,
            self.notice.show_error,
        )  # fmt: skip

    def _on_changed(self, values: dict[str, Any]) -> None:
        shown = {spec.name for spec in Settings.specs() if spec.title}
        self._studio.remember(**{name: values[name] for name in shown})
        self.changed.emit()

    def _on_open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._studio.workspace.root)))

    def _on_move(self) -> None:
        start = str(self._studio.workspace.root.parent)
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Move the workspace to"), start)
        if chosen:
            folder = Path(chosen)
            self.move_to(folder / _FOLDER_NAME if any(folder.iterdir()) else folder)

    def _on_progress(self, fraction: float) -> None:
        self._meter.set(fraction, self.tr("{percent} %").format(percent=round(100 * fraction)))

    def _on_cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.moving.emit(False)
        self._progress_row.hide()
        self._move_button.setEnabled(not self._why_not_move())

    def _on_moved(self, moved: Workspace) -> None:
        old = self._studio.workspace
        try:
            remember_workspace(moved.root)
        except OSError as error:
            self._on_move_failed(_not_remembered(error))
            return
        self._task = None
        self.moving.emit(False)
        self._progress_row.hide()
        self._move_button.setEnabled(True)
        self._studio.workspace = moved
        self._path.setText(str(moved.root))
        done = self.tr(
            "Moved and compared. The old copy is still at {path}; delete it if you like."
        )
        self.notice.show_info(done.format(path=old.root))
        self.workspace_moved.emit(moved)

    def _on_move_failed(self, error: StudioError) -> None:
        self._on_cancel()
        self.notice.show_error(error)


def _area(card: Card) -> PageArea:
    """The card at its own height; many of its lines are scrolled."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(card)
    column.addStretch(1)
    area = PageArea(box)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _move(old: Workspace, target: Path, cancel: background.Cancel) -> Workspace:
    _refuse_while_at_work(old)
    moved = copy_workspace(old, target, cancel.report, cancel)
    try:
        _refuse_while_at_work(old)  # started from the command line meanwhile
    except StudioError:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return moved


def _refuse_while_at_work(workspace: Workspace) -> None:
    """Trainings, merges, downloads and previews, whoever started them."""
    from ftstudio.jobs.folder import JobFolder
    from ftstudio.jobs.launch import is_running

    try:
        busy = any(is_running(JobFolder(path)) for path in workspace.jobs.iterdir())
    except OSError as error:
        raise StudioError(
            "The workspace could not be moved.",
            f"The system says: {error.strerror or error}.",
            "Everything is still at the old place. Check that its drive is connected.",
            code="move_failed",
        ) from error
    if busy:
        raise StudioError(
            "The workspace can't be moved now.",
            "Something is at work in it: a training, a merge or a download, and what it writes "
            "would be lost to the new place.",
            "Wait until it ends, or stop it, then move.",
            code="move_while_at_work",
        )


def _not_remembered(error: OSError) -> StudioError:
    return StudioError(
        "The new place could not be remembered.",
        f"The system says: {error.strerror or error}.",
        "The old place is still used; check your home folder and try again.",
        code="pointer_not_saved",
    )


def _learned(workspace: Workspace) -> list[Record]:
    try:
        return measured.gather(workspace)
    except OSError as error:  # what can't be kept is learned again
        _log.warning("what runs took can't be kept: %s", error)
        return []


def _forget(workspace: Workspace, card: str) -> list[Record]:
    """What trials of this card's plans have measured goes too."""
    try:
        measured.forget(workspace, card)
        tried.forget(workspace)
    except OSError as error:
        raise StudioError(
            "What was learned could not be forgotten.",
            f"The system says: {error.strerror or error}.",
            "Check that the workspace's drive is connected and not full.",
            code="not_forgotten",
        ) from error
    return _learned(workspace)


def _size(workspace: Workspace) -> int:
    try:
        return workspace_size(workspace)
    except OSError as error:
        raise StudioError(
            "The size is not known.", str(error), "Nothing needs to be done."
        ) from error
