"""The head of a run: its name, state, facts, and what can be done with it just now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from ftstudio.core.units import format_when
from ftstudio.jobs.folder import JobSpec
from ftstudio.jobs.status import RunStatus
from ftstudio.techniques import objectives
from ftstudio.ui.monitor.settings_used import method_title
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.card import Chip
from ftstudio.ui.widgets.text import ElidedLabel


class RunHeader(QWidget):
    back_asked = Signal()
    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()
    try_asked = Signal()
    again_asked = Signal()
    folder_asked = Signal()
    command_asked = Signal()
    diagnostics_asked = Signal()
    delete_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._back = icon_button("arrow-left", self.tr("All runs"))
        self._back.clicked.connect(self.back_asked)
        self._title = ElidedLabel("", "h1")
        self._chip = Chip("", "neutral", self)
        self._facts = ElidedLabel("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._back)
        row.addLayout(self._build_titles(), 1)
        self._build_actions(row)

    def _build_titles(self) -> QVBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._title, 100)
        top.addWidget(self._chip)
        top.addStretch(1)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addLayout(top)
        titles.addWidget(self._facts)
        return titles

    def _build_actions(self, row: QHBoxLayout) -> None:
        self.pause = button(self.tr("Pause"), "secondary", "pause")
        self.stop = button(self.tr("Stop …"), "danger", "square")
        self.resume = button(self.tr("Resume"), "primary", "play")
        self.again = button(self.tr("New run from this one"), "secondary", "rotate-ccw")
        self.try_it = button(self.tr("Try it"), "primary", "messages-square")
        for part, signal in (
            (self.pause, self.pause_asked),
            (self.stop, self.stop_asked),
            (self.resume, self.resume_asked),
            (self.again, self.again_asked),
            (self.try_it, self.try_asked),
        ):
            part.clicked.connect(signal)
            part.hide()
            row.addWidget(part)
        self.more = icon_button("ellipsis", self.tr("More actions"), "secondary")
        self.menu = self._build_menu()
        self.more.clicked.connect(self._on_more)
        row.addWidget(self.more)

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        self.again_action = self._entry(menu, self.tr("Start a new run from this one"))
        self.again_action.triggered.connect(self.again_asked)
        self._entry(menu, self.tr("Open the folder")).triggered.connect(self.folder_asked)
        self._entry(menu, self.tr("Show command")).triggered.connect(self.command_asked)
        self._entry(menu, self.tr("Copy diagnostics")).triggered.connect(self.diagnostics_asked)
        menu.addSeparator()
        self.delete_action = self._entry(menu, self.tr("Delete this run"))
        self.delete_action.triggered.connect(self.delete_asked)
        return menu

    def _on_more(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _entry(self, menu: QMenu, words: str) -> QAction:
        action = menu.addAction(words)
        action.setObjectName(words)
        return action

    def title(self) -> str:
        return self._title.full_text()

    def facts(self) -> str:
        return self._facts.full_text()

    def state_word(self) -> str:
        return self._chip.text()

    def show_run(self, spec: JobSpec | None, status: RunStatus, name: str, asked: str,
                 starting: bool = False) -> None:  # fmt: skip
        """`asked` is "pause", "stop" or "": what the worker was told and has not done yet.
        `starting`: it waits for nothing any more."""
        self._title.setText(name)
        self._title.setMaximumWidth(self._title.sizeHint().width() + 4)
        self._chip.set(*self._state_of(status, asked))
        if starting and not asked:
            self._chip.set(self.tr("Starting"), "accent")
        self._facts.setText(self._facts_of(spec, status))
        running = status.state == "running"
        _show(self.pause, running)
        _show(self.stop, running or (status.can_resume and not status.kept))
        _show(self.resume, status.state in ("paused", "waiting") and not starting)
        waiting = status.state == "waiting"
        self.resume.setText(self.tr("Start now") if waiting else self.tr("Resume"))
        over = status.state in ("finished", "stopped", "failed", "interrupted")
        _show(self.again, over and spec is not None)
        self.again_action.setVisible(not over and spec is not None)
        goal = objectives().get(str(spec.payload.get("objective", ""))) if spec else None
        writes = goal is None or goal.answers
        self.try_it.setText(self.tr("Try it") if writes else self.tr("See it on the shelf"))
        self.try_it.setToolTip("" if writes else self.tr(
            "It labels or scores and writes nothing, so it can't be talked to."))  # fmt: skip
        _show(self.try_it, status.kept and status.is_over)
        self.pause.setEnabled(not asked)
        self.stop.setEnabled(asked not in ("stop", "resume"))
        self.pause.setText(self.tr("Pausing …") if asked == "pause" else self.tr("Pause"))
        self.stop.setText(self.tr("Stopping …") if asked == "stop" else self.tr("Stop …"))
        self.delete_action.setEnabled(not running)

    def _state_of(self, status: RunStatus, asked: str) -> tuple[str, str]:
        if asked:
            words = {"pause": self.tr("Pausing"), "stop": self.tr("Stopping")}
            return words.get(asked, self.tr("Resuming")), "warn"
        words_of = {
            "waiting": (self.tr("Waiting"), "neutral"),
            "running": (self.tr("Running"), "accent"),
            "paused": (self.tr("Paused"), "warn"),
            "finished": (self.tr("Finished"), "ok"),
            "stopped": (self.tr("Stopped"), "neutral"),
            "failed": (self.tr("Waiting for you"), "warn"),
            "interrupted": (self.tr("Interrupted"), "warn"),
        }
        return words_of[status.state]

    def _facts_of(self, spec: JobSpec | None, status: RunStatus) -> str:
        facts = []
        if spec is not None:
            payload = spec.payload
            facts.append(payload.get("model", {}).get("name", ""))
            facts.append(method_title(str(payload.get("method", ""))))
            facts.append(payload.get("dataset", {}).get("name", ""))
        if status.started:
            facts.append(self.tr("started {when}").format(when=format_when(status.started)))
        if status.state == "running":
            facts.append(self.tr("keeps running if you close the window"))
        return " · ".join(fact for fact in facts if fact)


def _show(part: QPushButton, on: bool) -> None:
    if part.isHidden() == on:
        part.setVisible(on)
