"""What will happen after Start, in order, each step with its time."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.plan import Plan
from ftstudio.core.units import format_bytes, format_duration, plural
from ftstudio.planning.proposal import Proposal, Situation
from ftstudio.ui.theme import ThemeWatcher, color, font
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


@dataclass(frozen=True)
class Chapter:
    title: str
    words: str
    seconds: float


def chapters(owner: QWidget, plan: Plan, situation: Situation, proposal: Proposal) -> list[Chapter]:
    """Their seconds add up to the middle of the range."""
    made, lengths = proposal.forecast, situation.lengths
    schedule, phases = made.schedule, made.phases
    passes = times(owner, plan.training.epochs)
    story = [
        Chapter(
            owner.tr("Check again"),
            plural(
                lengths.rows + lengths.validation_rows,
                owner.tr("Memory, disk, and that the example is as it was"),
                owner.tr("Memory, disk, and that the {n} examples are as they were"),
            ),
            phases["start"],
        ),
        Chapter(
            owner.tr("Load {model}").format(model=plan.model.name),
            owner.tr("From this computer; nothing is downloaded, no connection is made"),
            phases["load"],
        ),
        *_measured_first(owner, plan),
        Chapter(
            plural(schedule.steps, owner.tr("Train 1 step"), owner.tr("Train {n} steps")),
            plural(
                lengths.rows,
                owner.tr("1 example, {passes}{how}. The window may be closed"),
                owner.tr("{n} examples, {passes}{how}. The window may be closed"),
                passes=passes,
                how=_how(owner, proposal),
            ),
            phases["train"],
        ),
    ]
    if lengths.validation_rows:
        story.append(
            Chapter(
                plural(
                    schedule.every, owner.tr("Look after each step"),
                    owner.tr("Look every {n} steps"),
                ),
                _looked_at(owner, plan, proposal, lengths.validation_rows),
                phases["looks"],
            )
        )  # fmt: skip
    else:
        story.append(
            Chapter(
                plural(
                    schedule.every,
                    owner.tr("Save after each step"),
                    owner.tr("Save every {n} steps"),
                ),
                owner.tr("No examples are held back, so nothing can be compared"),
                phases["looks"],
            )
        )
    story.append(
        Chapter(
            owner.tr("Put it on the shelf"),
            owner.tr("{name}, {size}, best of the saved versions").format(
                name=plan.name, size=format_bytes(proposal.result_bytes)
            ),
            phases["finish"],
        )
    )
    return story


def _measured_first(owner: QWidget, plan: Plan) -> list[Chapter]:
    """Only what a run of this kind really does before it learns; the time is in the evaluations."""
    found = []
    if plan.safeguards:
        names = ", ".join(choice.dataset.name for choice in plan.safeguards)
        words = owner.tr("How well it does {names}, before anything moves and at every check on "
                         "the validation rows (evaluation)")  # fmt: skip
        found.append(Chapter(owner.tr("Measure the earlier skill"), words.format(names=names), 0))
    return found


def _how(owner: QWidget, proposal: Proposal) -> str:
    goal = proposal.objective
    if goal.generates:
        return owner.tr(": it writes answers, they are scored, it learns from the scores")
    if goal.reference:
        return owner.tr(", each compared with what the untouched model says")
    return ""


def _looked_at(owner: QWidget, plan: Plan, proposal: Proposal, rows: int) -> str:
    seen = plural(rows, owner.tr("1 unseen example"), owner.tr("{n} unseen examples"))
    if not proposal.objective.answers or not plan.training.sample_questions:
        return owner.tr("{seen}; a version is saved").format(seen=seen)
    return plural(
        plan.training.sample_questions,
        owner.tr("{seen} and 1 sample answer; a version is saved"),
        owner.tr("{seen} and {n} sample answers; a version is saved"), seen=seen,
    )  # fmt: skip


def times(owner: QWidget, passes: float) -> str:
    """How often every example is seen."""
    if passes == 1:
        return owner.tr("once")
    return owner.tr("{passes} times").format(passes=f"{passes:g}")


def range_in_words(owner: QWidget, low: float, high: float) -> str:
    """2 – 4 min, 1.8 – 2.6 h: both ends in one unit where that is honest."""
    minutes = (max(1, round(low / 60)), max(1, round(high / 60)))
    if high >= 90 and high < 3600:
        if minutes[0] == minutes[1]:
            return owner.tr("about {time}").format(time=f"{minutes[0]} min")
        return owner.tr("{low} – {high} min").format(low=minutes[0], high=minutes[1])
    if low >= 3600:
        return owner.tr("{low} – {high} h").format(
            low=f"{low / 3600:.1f}", high=f"{high / 3600:.1f}"
        )
    return owner.tr("{low} – {high}").format(low=format_duration(low), high=format_duration(high))


class StoryCard(Card):
    """`try_it` when the link beside the heading was pressed."""

    try_it = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=20, spacing=12)
        head = self.add_title(self.tr("What will happen"))
        self.trial = button(self.tr("Try it first"), "link", "gauge", small=True)
        self.trial.setToolTip(
            self.tr("Three steps on the longest rows measure what it takes; nothing is kept.")
        )
        self.trial.setAccessibleDescription(self.trial.toolTip())
        self.trial.clicked.connect(self.try_it)
        head.addWidget(self.trial)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(22)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self._lines: list[_Line] = []

    def show_story(self, story: list[Chapter]) -> None:
        while len(self._lines) < len(story):
            line = _Line(len(self._lines) + 1)
            self._lines.append(line)
            self._rows.addWidget(line)
        for index, line in enumerate(self._lines):
            line.setVisible(index < len(story))
            if index < len(story):
                line.show_chapter(story[index])


class _Number(QWidget):
    """In a circle, as in the stepper."""

    def __init__(self, number: int) -> None:
        super().__init__()
        ThemeWatcher(self)
        self._number = number
        self.setFixedSize(26, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface2"))
        painter.drawEllipse(self.rect())
        painter.setPen(color("muted"))
        painter.setFont(font(13, QFont.Weight.DemiBold))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


class _Line(QWidget):
    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(_Number(number), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        self._title = text("", "h3", wrap=True)
        self._words = text("", "small", wrap=True)
        words.addWidget(self._title)
        words.addWidget(self._words)
        row.addLayout(words, 1)
        self._time = text("", "small")
        row.addWidget(self._time)

    def show_chapter(self, chapter: Chapter) -> None:
        self._title.setText(chapter.title)
        self._words.setText(chapter.words)
        self._time.setText(format_duration(chapter.seconds) if chapter.seconds else "")
