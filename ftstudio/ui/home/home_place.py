"""The first place: what this is, this computer, what is training, and recent work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.ui.bridge import background
from ftstudio.ui.home.computer import Reading, read_computer
from ftstudio.ui.home.computer_card import ComputerCard
from ftstudio.ui.home.hero_card import HeroCard
from ftstudio.ui.home.recent import RecentThing, list_recent
from ftstudio.ui.home.recent_cards import RecentGrid
from ftstudio.ui.home.training_card import TrainingCard
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.empty_state import EmptyState
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import SCROLL_ROOM, PageArea
from ftstudio.ui.widgets.regrid import lay_out
from ftstudio.ui.widgets.text import text

if TYPE_CHECKING:
    from ftstudio.jobs.history import RunRow

_EVERY_MS = 2000
_FIRST_LOOK_MS = 100  # what the looks import would hold up the first frame
_PLACES = {"run": "runs", "dataset": "train", "adapter": "adapters"}


class HomePlace(QWidget):
    go = Signal(str, object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._states: list[tuple[str, str]] = []
        self._looked = False
        self._reading: background.Task[Reading] | None = None
        self._recent: background.Task[list[RecentThing]] | None = None
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(32, 28, 32 - SCROLL_ROOM, 28)
        self._column.setSpacing(18)
        self.training = TrainingCard()
        self._fill()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(PageArea(page))
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look_at_computer)

    def open(self, payload: object = None) -> None:
        """Shown again: read anew what may have changed."""
        del payload
        self._greeting.setText(greeting(self, datetime.now().hour))
        if self._looked:
            self._look()
        else:
            self._looked = True
            QTimer.singleShot(_FIRST_LOOK_MS, self._look)

    def _look(self) -> None:
        self._look_at_computer()
        self._look_at_recent()

    def show_runs(self, rows: Sequence[RunRow]) -> None:
        """What the window saw of the runs; called every second or so."""
        running = next((row for row in rows if row.status.state == "running"), None)
        waiting = sum(row.status.state == "waiting" for row in rows)
        self.training.show_run(running, waiting)
        states = [(row.id, str(row.status.state)) for row in rows]
        if states != self._states:
            self._states = states
            self._look_at_recent()

    def _fill(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(2)
        self._greeting = text(greeting(self, datetime.now().hour), "h1")
        words = self.tr("Pick up where you left off, or teach a model something new.")
        head.addWidget(self._greeting)
        head.addWidget(text(words, "muted", wrap=True))
        self._column.addLayout(head)
        self.notice = NoticeBar()
        self._column.addWidget(self.notice)
        self.hero = HeroCard()
        self.hero.new_asked.connect(self._on_new)
        self.hero.example_asked.connect(self._on_example)
        self._column.addWidget(self.hero)
        self._cards = QGridLayout()
        self._cards.setSpacing(18)
        self.computer = ComputerCard()
        self.training.opened.connect(self._on_run_opened)
        self.training.pause_asked.connect(self._on_pause)
        self._column.addLayout(self._cards)
        self._column.addWidget(text(self.tr("Recent work"), "h2"))
        self.grid = RecentGrid()
        self.grid.picked.connect(self._on_picked)
        self.empty = EmptyState(
            "folder-open",
            self.tr("Nothing here yet"),
            self.tr("Your datasets, runs and finished adapters will stand here, newest first."),
        )
        self.grid.hide()
        self._column.addWidget(self.grid)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        self._columns = 0
        self._arrange(1000)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.width())

    def _arrange(self, width: int) -> None:
        """Two cards beside each other, or one below the other in a narrow window."""
        columns = 2 if width >= 760 else 1
        if columns != self._columns:
            self._columns = columns
            lay_out(self._cards, (self.computer, self.training), columns, 2)
        self.grid.set_columns(3 if width >= 900 else 2 if width >= 620 else 1)

    def _look_at_computer(self) -> None:
        if self._reading is None or not self._reading.is_running():
            folder = self._studio.workspace.root
            self._reading = background.run(
                self, lambda cancel: _computer(folder), self.computer.show_reading, self._on_failed
            )

    def _look_at_recent(self) -> None:
        if self._recent is None or not self._recent.is_running():
            workspace = self._studio.workspace
            self._recent = background.run(
                self, lambda cancel: list_recent(workspace), self._on_recent, self._on_failed
            )

    def _on_recent(self, things: list[RecentThing]) -> None:
        self.grid.show_things(things)
        self.grid.setVisible(bool(things))
        self.empty.setVisible(not things)

    def _on_failed(self, error: StudioError) -> None:
        self.notice.show_error(error)

    def _on_new(self) -> None:
        self.go.emit("data", "new")

    def _on_example(self, sample: Path | None) -> None:
        self.go.emit("data", sample or "example")

    def _on_run_opened(self, run_id: str) -> None:
        self.go.emit("runs", run_id)

    def _on_picked(self, thing: RecentThing) -> None:
        self.go.emit(_PLACES[thing.kind], thing.id)

    def _on_pause(self, run_id: str) -> None:
        from ftstudio.jobs import launch
        from ftstudio.jobs.folder import JobFolder

        folder = JobFolder(self._studio.workspace.jobs / run_id)
        try:
            launch.pause(folder)
        except OSError as error:
            self.notice.show_error(
                StudioError(
                    "The run could not be asked to pause.",
                    f"The system says: {error.strerror or error}.",
                    "Check that the workspace's drive is connected and not full.",
                )
            )


def greeting(owner: QWidget, hour: int) -> str:
    if 5 <= hour < 12:
        return owner.tr("Good morning")
    return owner.tr("Good afternoon") if 12 <= hour < 18 else owner.tr("Good evening")


def _computer(folder: Path) -> Reading:
    try:
        return read_computer(folder)
    except OSError as error:
        raise StudioError(
            "The workspace's drive can't be read.",
            f"The system says: {error.strerror or error}.",
            "Connect it again, or choose another folder in the settings.",
            code="workspace_gone",
        ) from error
