"""All runs on one page: searchable, the one at work on top, each with its state in a word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from ftstudio.core.units import clock_after, format_count, format_duration, format_when, plural
from ftstudio.jobs.history import RunRow
from ftstudio.planning.stages import stage_words
from ftstudio.ui.icons import icon
from ftstudio.ui.monitor.outcome_words import in_a_line
from ftstudio.ui.monitor.settings_used import method_title
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card_list import CardList, CardRow
from ftstudio.ui.widgets.empty_state import EmptyState, on_top
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import text

_GROUPS = {
    "going": ("running", "waiting", "paused"),
    "done": ("finished", "stopped"),
    "trouble": ("failed", "interrupted"),
}


class RunList(QWidget):
    run_chosen = Signal(str)
    new_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[RunRow] = []
        self._stages: dict[str, tuple[int, int]] = {}  # run -> which of how many of its path
        self._group = "all"
        page = QVBoxLayout(self)
        page.setContentsMargins(32, 28, 32, 20)
        page.setSpacing(16)
        page.addLayout(self._build_head())
        page.addLayout(self._build_filters())
        self.cards = CardList(self.tr("Runs"))
        self.cards.chosen.connect(self.run_chosen)
        self._empty = EmptyState(
            "activity",
            self.tr("No runs yet"),
            self.tr("When you train a model, the run is shown here: live, and afterwards."),
            self.tr("New fine-tune"),
        )
        self._empty.action.connect(self.new_asked)
        self._nothing = text(self.tr("No run matches. Change the words or the filter."), "muted")
        self._stack = QStackedWidget()
        for part in (self.cards, on_top(self._empty), on_top(self._nothing)):
            self._stack.addWidget(part)
        self.notice = NoticeBar()
        page.addWidget(self.notice)
        page.addWidget(self._stack, 1)

    def _build_head(self) -> QHBoxLayout:
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(text(self.tr("Runs"), "h1"))
        self._facts = text("", "muted")
        titles.addWidget(self._facts)
        self._new = button(self.tr("New run"), "primary", "plus")
        self._new.clicked.connect(self.new_asked)
        head = QHBoxLayout()
        head.addLayout(titles)
        head.addStretch(1)
        head.addWidget(self._new)
        return head

    def _build_filters(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names, models, data, settings"))
        self.search.setAccessibleName(self.tr("Search runs"))
        self.search.setClearButtonEnabled(True)
        look = QAction(icon("search", "muted"), "", self.search)
        self.search.addAction(look, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._on_filtered)
        self.groups = Segmented([
            ("all", self.tr("All")), ("going", self.tr("Going on")),
            ("done", self.tr("Done")), ("trouble", self.tr("Trouble")),
        ])  # fmt: skip
        self.groups.chosen.connect(self._on_group)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.search, 1)
        row.addWidget(self.groups)
        return row

    def show_runs(self, runs: Sequence[RunRow]) -> None:
        self._runs = runs
        self._stages = _numbered(runs)
        self._facts.setText(self._facts_of(runs))
        for part in (self.search, self.groups, self._new):
            part.setVisible(bool(runs))
        self._on_filtered()

    def _facts_of(self, runs: Sequence[RunRow]) -> str:
        running = [run for run in runs if run.status.state == "running"]
        if not runs:
            return self.tr("What was trained here, and how it went.")
        facts = [plural(len(runs), self.tr("1 run"), self.tr("{n} runs"))]
        if running:
            left = running[0].status.seconds_left
            facts.append(self.tr("{count} at work").format(count=format_count(len(running))))
            if left is not None and len(running) == 1:
                facts.append(self.tr("done about {clock}").format(clock=clock_after(left)))
        return " · ".join(facts)

    def _on_group(self, key: str) -> None:
        self._group = key
        self._on_filtered()

    def _on_filtered(self) -> None:
        words = self.search.text().lower().split()
        shown = [run for run in self._runs if self._matches(run, words)]
        shown.sort(key=lambda run: run.status.state != "running")
        self.cards.set_rows([self._card_of(run) for run in shown])
        self._stack.setCurrentIndex(0 if shown else 2 if self._runs else 1)

    def _matches(self, run: RunRow, words: list[str]) -> bool:
        if self._group != "all" and run.status.state not in _GROUPS[self._group]:
            return False
        if not words:
            return True
        payload = str(run.spec.payload) if run.spec else ""
        card = self._card_of(run)
        everything = f"{run.name} {run.id} {payload} {card.spoken()}".lower()
        return all(word in everything for word in words)

    def _card_of(self, run: RunRow) -> CardRow:
        chip, tone = self._chip_of(run)
        lines = [self._stage(run), self._what(run), self._how(run)]
        return CardRow(
            key=run.id,
            title=run.name,
            lines=tuple(line for line in lines if line),
            chip=chip,
            tone=tone,
            note=self._when(run),
            progress=run.status.progress if run.status.state == "running" else None,
        )

    def _chip_of(self, run: RunRow) -> tuple[str, str]:
        words = {
            "waiting": (self.tr("Waiting"), "neutral"),
            "running": (self.tr("Running"), "accent"),
            "paused": (self.tr("Paused"), "warn"),
            "finished": (self.tr("Finished"), "ok"),
            "stopped": (self.tr("Stopped, kept"), "ok"),
            "failed": (self.tr("Failed"), "bad"),
            "interrupted": (self.tr("Interrupted"), "warn"),
        }
        if run.problem is not None:
            return self.tr("Can't be read"), "bad"
        if run.status.state == "stopped" and not run.status.kept:
            return self.tr("Discarded"), "neutral"
        return words[run.status.state]

    def _stage(self, run: RunRow) -> str:
        """Helpful replies · 2 of 3, Judge; empty for a run that is no stage."""
        place = run.spec.path if run.spec else None
        if run.spec is None or place is None:
            return ""
        number, count = self._stages.get(run.id, (place.stage, place.stages))
        title, term = stage_words(str(run.spec.payload.get("objective", "")))
        return self.tr("{path} · {number} of {count}: {title} ({term})").format(
            path=place.title, number=number, count=count, title=title, term=term
        )

    def _what(self, run: RunRow) -> str:
        if run.spec is None:
            return run.problem.why if run.problem else ""
        payload = run.spec.payload
        model = payload.get("model", {}).get("name", "")
        data = payload.get("dataset", {}).get("name", "")
        method = method_title(str(payload.get("method", "")))
        return " · ".join(part for part in (model, method, data) if part)

    def _how(self, run: RunRow) -> str:
        """One line on the outcome so far."""
        status = run.status
        if run.problem is not None:
            return run.problem.remedy
        if status.state == "running" and status.total_steps:
            words = self.tr("step {step} of {total}").format(
                step=format_count(status.step), total=format_count(status.total_steps)
            )
            if status.loss is not None:
                words += " · " + self.tr("loss {loss}").format(loss=f"{status.loss:.2f}")
            return words
        if status.error is not None:
            return status.error.what
        if status.best_loss is None:
            return status.phase_text or self.tr("Nothing measured yet")
        goal = str(run.spec.payload.get("objective", "")) if run.spec else ""
        return in_a_line(status, goal)

    def _when(self, run: RunRow) -> str:
        status = run.status
        if status.state == "running" and status.seconds_left is not None:
            return self.tr("{duration} left").format(duration=format_duration(status.seconds_left))
        words = format_when(run.created)
        if status.is_over and status.active_seconds >= 1:
            words += f" · {format_duration(status.active_seconds)}"
        return words


def _numbered(runs: Sequence[RunRow]) -> dict[str, tuple[int, int]]:
    """The runs of a path count by themselves; merges between them stand in no list."""
    paths: dict[str, list[tuple[int, str]]] = {}
    for run in runs:
        if run.spec and run.spec.path:
            paths.setdefault(run.spec.path.id, []).append((run.spec.path.stage, run.id))
    return {
        run_id: (number, len(path))
        for path in paths.values()
        for number, (_, run_id) in enumerate(sorted(path), 1)
    }
