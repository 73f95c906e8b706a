"""The stages of a path above the run that is one of them: where each stands, and a way to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import clock_after, format_count, format_duration, plural
from ftstudio.jobs.folder import JobSpec
from ftstudio.jobs.reward_watch import is_of_reward
from ftstudio.planning.stages import PathStatus, StageStatus, path_status, stage_words
from ftstudio.techniques import objectives
from ftstudio.ui.bridge import background
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.card import CardButton, Chip
from ftstudio.ui.widgets.regrid import take_out
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

_RENEW_MS = 2000
_TONES = {"done": "ok", "running": "accent", "waiting": "neutral", "needs_a_look": "warn"}


def shown_stages(path: PathStatus) -> list[StageStatus]:
    """The runs; of what stands between them (merges) only what works just now or is stuck."""
    return [
        stage for stage in path.stages
        if stage.objective or stage.state in ("running", "needs_a_look")
    ]  # fmt: skip


class PathStrip(QWidget):
    stage_chosen = Signal(str)  # the run's id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace: Workspace | None = None
        self._path = ""
        self._run = ""
        self._asking = False
        self.cards: list[StageCard] = []
        self._arrows: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._timer = QTimer(self)
        self._timer.setInterval(_RENEW_MS)
        self._timer.timeout.connect(self.renew)
        self.hide()

    def show_run(self, workspace: Workspace, spec: JobSpec | None) -> None:
        """Of a run that is no stage nothing is shown."""
        place = spec.path if spec else None
        self._workspace = workspace
        self._run = spec.id if spec else ""
        before, self._path = self._path, place.id if place else ""
        self.setVisible(bool(place) and before == self._path and bool(self.cards))
        for card in self.cards:
            card.set_chosen(card.run_id == self._run)
        if place:
            self._timer.start()
            self.renew()
        else:
            self._timer.stop()

    def let_go(self) -> None:
        self._timer.stop()
        self._path = ""

    def renew(self) -> None:
        workspace, path = self._workspace, self._path
        if workspace is None or not path or self._asking:
            return
        self._asking = True
        background.run(
            self, lambda cancel: path_status(workspace, path), self._on_status, self._on_failed,
            ended=self._on_ended,
        )  # fmt: skip

    def _on_ended(self) -> None:
        self._asking = False

    def _on_failed(self, error: StudioError) -> None:
        """Its runs were deleted meanwhile; the run that is shown tells the rest."""
        self.hide()

    def _on_status(self, path: PathStatus) -> None:
        if path.id != self._path:
            return  # another run was opened meanwhile; the timer asks for that
        stages = shown_stages(path)
        if [card.run_id for card in self.cards] != [stage.row.id for stage in stages]:
            self._make_cards(stages)
        numbers = iter(range(1, len(stages) + 1))
        for card, stage in zip(self.cards, stages, strict=True):
            card.show_stage(stage, next(numbers) if stage.objective else 0)
            card.set_chosen(card.run_id == self._run)
        self.show()

    def _make_cards(self, stages: list[StageStatus]) -> None:
        for part in (*self.cards, *self._arrows):
            take_out(self._row, part)
            part.hide()
            part.deleteLater()
        self.cards, self._arrows = [], []
        for stage in stages:
            if self.cards:
                arrow = IconLabel("arrow-right", "faint", 18)
                self._arrows.append(arrow)
                self._row.addWidget(arrow)
            card = StageCard(stage.row.id)
            if stage.objective:
                card.clicked.connect(self._on_clicked)
            self.cards.append(card)
            self._row.addWidget(card, 1)

    def _on_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, StageCard) and card.run_id != self._run:
            self.stage_chosen.emit(card.run_id)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._path:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self.isVisibleTo(self.parentWidget() or self):
            return  # hidden by itself: it comes back with the next status
        self._timer.stop()


class StageCard(CardButton):
    """Number, name and term; the state in a word; one line of figures; how far it is."""

    def __init__(self, run_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_id = run_id
        self._title = text("", "h3")
        self._term = ElidedLabel("", "faint")
        self._chip = Chip("", "neutral")
        self._figures = ElidedLabel("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        self._bar.setFixedHeight(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._term, 1)
        row.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)
        column.addWidget(self._figures)
        column.addWidget(self._bar)

    def show_stage(self, stage: StageStatus, number: int) -> None:
        """`number` 0: no stage of its own, but what stands between two."""
        title, term = stage_words(stage.objective) if stage.objective else ("", "")
        self._title.setText(f"{number}  {title}" if number else self.tr("Between"))
        self._term.setText(term if number else self.tr("merge"))
        state = stage.state
        if state == "running" and any(map(is_of_reward, stage.row.status.notices)):
            state = "needs_a_look"
        words = {
            "done": self.tr("Done"), "running": self.tr("At work"),
            "waiting": self.tr("Waits"), "needs_a_look": self.tr("Needs a look"),
        }[state]  # fmt: skip
        self._chip.set(words, _TONES[state])
        figures = self._words_of(stage)
        self._figures.setText(figures)
        share = 100 if stage.state == "done" else round(100 * stage.row.status.progress)
        self._bar.setValue(share)
        restyle(self._bar, "tone", "ok" if stage.state == "done" else "")
        self.setAccessibleName(f"{self._title.text()} {term}: {words}. {figures}")

    def set_chosen(self, on: bool) -> None:
        restyle(self, "chosen", on)

    def words(self) -> str:
        parts = (self._title.text(), self._term.full_text(), self._chip.text())
        return " · ".join((*parts, self._figures.full_text()))

    def _words_of(self, stage: StageStatus) -> str:
        status = stage.row.status
        if stage.state == "running" and status.total_steps:
            step, total = format_count(status.step), format_count(status.total_steps)
            parts = [self.tr("Step {step} of {total}").format(step=step, total=total)]
            if status.seconds_left is not None:
                left = format_duration(status.seconds_left)
                parts.append(self.tr("{time} left").format(time=left))
                clock = clock_after(status.seconds_left)
                parts.append(self.tr("done about {clock}").format(clock=clock))
            return " · ".join(parts)
        if stage.state == "running":
            return status.phase_text or self.tr("Starting …")
        if stage.state != "done":
            return stage.sentence
        parts = []
        if status.train_rows:
            words = self.tr("1 example"), self.tr("{n} examples")
            parts.append(plural(status.train_rows, *words))
        if status.active_seconds >= 1:
            parts.append(format_duration(status.active_seconds))
        parts.append(self._decisive(stage))
        return " · ".join(part for part in parts if part)

    def _decisive(self, stage: StageStatus) -> str:
        """The one figure that tells how well it went."""
        status = stage.row.status
        best = {look.step: look.metrics for look in status.looks}.get(status.best_step, {})
        goal = objectives().get(stage.objective)
        if goal is not None and goal.judge.key == "accuracy" and "accuracy" in best:
            right = round(100 * best["accuracy"])
            return self.tr("{count} of 100 ranked right").format(count=right)
        if "reward" in best:
            return self.tr("reward {value}").format(value=f"{best['reward']:.2f}")
        if status.first_loss is not None and status.best_loss is not None:
            return self.tr("loss {before} → {after}").format(
                before=f"{status.first_loss:.2f}", after=f"{status.best_loss:.2f}"
            )
        return ""
