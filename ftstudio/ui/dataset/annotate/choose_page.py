"""What is judged, how, in which order and by whom; or a round that is gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ftstudio.adapters.learned import Learner
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.units import format_count, plural
from ftstudio.data.annotation.answers import match_answers, read_answers
from ftstudio.data.annotation.finishing import what_follows
from ftstudio.data.annotation.task import TITLES, JudgingTask
from ftstudio.data.draft import Draft
from ftstudio.data.judged import Judging, kind_after
from ftstudio.data.layout import layouts
from ftstudio.data.step import Row
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button, set_words
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.choice_cards import ChoiceCard, ChoiceGroup
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import SCROLL_ROOM, PageArea
from ftstudio.ui.widgets.text import ElidedLabel, FieldLabel, text

_MOST_ROUNDS = 4
_MOST_RUNS = 12
_MOST_LEARNERS = 2
_MOST_NAMED = 3
_ROUND_ROOM = 420  # pixels: two stand side by side


@dataclass(frozen=True)
class Chosen:
    """`match` finds a model's answers for the rows; `fresh`: the round has to be saved."""

    task: JudgingTask
    who: str
    fresh: bool = True
    match: Callable[[list[Row]], dict[str, str]] | None = None


@dataclass(frozen=True)
class Round:
    """What was begun before, with who has judged how many rows of it."""

    task: JudgingTask
    people: dict[str, int]


@dataclass(frozen=True)
class _Source:
    id: str
    name: str
    version: DatasetVersion | None = None
    draft: Draft | None = None

    @property
    def kind(self) -> ExampleKind:
        if self.version is not None:
            return self.version.facts.kind
        assert self.draft is not None
        for step in reversed(self.draft.steps):
            if step.key == "judge_rows" and not step.off:  # it may have made another kind
                before = layouts()[self.draft.layout].kind
                return kind_after(step.params["judging"], before) or before
        return layouts()[self.draft.layout].kind


class ChoosePage(QWidget):
    left = Signal()
    begun = Signal(object)  # Chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: list[_Source] = []
        self._begun: list[Round] = []
        self._learners: list[Learner] = []
        self._answers: Path | None = None
        self._answers_name = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32 - SCROLL_ROOM, 24)
        column.setSpacing(12)
        column.addWidget(text(self.tr("Judge rows"), "h1"))
        words = self.tr("Look at rows one by one and say what you think, with one key each.")
        column.addWidget(text(words, "muted"))
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        inside = QWidget()
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(14)
        self._inside.addWidget(self._make_rounds())
        self._inside.addWidget(self._make_ways())
        self._inside.addWidget(self._make_form())
        self._inside.addStretch(1)
        column.addWidget(PageArea(inside), 1)
        column.addLayout(self._make_foot())
        self._show_way()

    # ---- building it ----
    def _make_rounds(self) -> Card:
        self.rounds = Card(margin=16, spacing=6)
        self.rounds.body.addWidget(text(self.tr("Go on where you were"), "h2"))
        words = self.tr("Somebody else says their own name below and goes on here too: how far two "
                        "people agree (Cohen’s κ) is told for rows of one round.")  # fmt: skip
        self.rounds.body.addWidget(text(words, "small", wrap=True))
        self._rounds = QGridLayout()
        self._rounds.setColumnStretch(2, 1)
        self._rounds.setSpacing(6)
        self.rounds.body.addLayout(self._rounds)
        self.rounds.hide()
        return self.rounds

    def _make_ways(self) -> ChoiceGroup:
        self.ways = ChoiceGroup(3)
        for key, icon, promise in (
            ("mend", "pencil", self.tr("Write or correct the answer the model should give.")),
            ("mark", "thumbs-up", self.tr("Thumbs up or down for each answer, by one key each.")),
            ("pair", "scale", self.tr("Two answers, sides shuffled; the better one or a tie.")),
            ("score", "star", self.tr("A number for each row, 1–5 or your own range.")),
            ("label", "tag", self.tr("One class or several for each row, by the keys 1–9.")),
        ):
            self.ways.add(ChoiceCard(key, TITLES[_way(key)], promise, icon))
        self.ways.select("mark")
        self.ways.chosen.connect(self._show_way)
        return self.ways

    def _make_form(self) -> Card:
        card = Card(margin=16, spacing=8)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.source = self._combo(self.tr("Rows of"))
        self.source.currentIndexChanged.connect(self._show_way)
        self.order = self._combo(self.tr("Which, in which order"))
        for key, words in (
            ("random", self.tr("All, by chance (always the same order)")),
            ("unjudged", self.tr("Those that nobody else has judged")),
            ("flagged", self.tr("Those that a check has flagged")),
            ("longest", self.tr("All, the longest first")),
            ("shortest", self.tr("All, the shortest first")),
            ("model", self.tr("Those with an answer that my model wrote")),
        ):
            self.order.addItem(words, key)
        self.who = QLineEdit()
        self.who.setPlaceholderText(self.tr("Asked once; it stands beside your judgements"))
        self.who.textChanged.connect(self._show_foot)
        self._add(self.tr("Your name"), self.who)
        self._add(self.tr("Scores"), self._make_range())
        self.classes = QLineEdit()
        self.classes.setPlaceholderText(self.tr("billing, delivery, … (you can add more later)"))
        self._add(self.tr("Classes"), self.classes)
        self.several = QCheckBox(self.tr("A row may have several classes"))
        self._add("", self.several)
        self.about = self._combo(self.tr("About"))
        self.about.addItem(self.tr("The question"), "question")
        self.about.addItem(self.tr("Question and answer"), "whole")
        self._add(self.tr("Answers of my model"), self._make_answers())
        card.body.addLayout(self._form)
        self.follows = text("", "muted", wrap=True)
        card.body.addWidget(self.follows)
        return card

    def _make_range(self) -> QWidget:
        self.range = QWidget()
        row = QHBoxLayout(self.range)
        row.setContentsMargins(0, 0, 0, 0)
        self.low, self.high = QSpinBox(), QSpinBox()
        for field, value, name in ((self.low, 1, self.tr("Lowest score")),
                                   (self.high, 5, self.tr("Highest score"))):  # fmt: skip
            field.setRange(-1000, 1000)
            field.setValue(value)
            field.setAccessibleName(name)
            field.valueChanged.connect(self._show_foot)
        row.addWidget(text(self.tr("from"), "small"))
        row.addWidget(self.low)
        row.addWidget(text(self.tr("to"), "small"))
        row.addWidget(self.high)
        row.addStretch(1)
        return self.range

    def _make_answers(self) -> QWidget:
        self.answers = QWidget()
        row = QHBoxLayout(self.answers)
        row.setContentsMargins(0, 0, 0, 0)
        self.answers_words = ElidedLabel(self.tr("none"), "muted")
        self.answers_button = button(self.tr("Choose a file …"), small=True, icon="folder-open")
        self.answers_button.setToolTip(
            self.tr("A JSONL with a question and an answer in each line, as your model wrote them")
        )
        self.answers_button.clicked.connect(self._on_answers)
        row.addWidget(self.answers_button)
        self.runs_button = button(self.tr("Samples of a run …"), small=True, icon="activity")
        self.runs_button.setToolTip(self.tr("What a version wrote while it was trained"))
        self.runs = QMenu(self.runs_button)
        self.runs_button.setMenu(self.runs)
        row.addWidget(self.runs_button)
        row.addWidget(self.answers_words, 1)
        return self.answers

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        back = button(self.tr("Back"), icon="arrow-left")
        back.clicked.connect(self.left)
        self.begin = button("", "primary")
        self.begin.clicked.connect(self._on_begin)
        row.addWidget(back)
        row.addStretch(1)
        row.addWidget(self.begin)
        for keys, call in (
            ("Ctrl+Return", self._on_begin_key), ("Ctrl+Enter", self._on_begin_key),
            ("Esc", self.left.emit),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(call)
        return row

    def _combo(self, words: str) -> QComboBox:
        made = QComboBox()
        self._add(words, made)
        return made

    def _add(self, words: str, field: QWidget) -> None:
        field.setAccessibleName(words or field.accessibleName())
        label = FieldLabel(words, field)
        self._form.addRow(label, field)

    # ---- from outside ----
    def show_things(
        self,
        versions: list[DatasetVersion],
        drafts: list[Draft],
        rounds: list[Round],
        wanted: str,
        who: str,
    ) -> None:
        usable = [draft for draft in drafts if not draft.problems("columns")]
        self._sources = [_Source(d.id, d.name, draft=d) for d in usable]
        self._sources += [_Source(v.id, v.name, version=v) for v in versions]
        self.source.clear()
        for one in self._sources:
            self.source.addItem(self._source_words(one), one.id)
        self.source.setCurrentIndex(max(0, self.source.findData(wanted)))
        self.who.setText(who)
        here = {one.id for one in self._sources}
        self._begun = [one for one in rounds if one.task.source_id in here][:_MOST_ROUNDS]
        self._show_rounds()
        self._show_way()

    def _source_words(self, source: _Source) -> str:
        """Versions of one name are told apart by their number, their rows and when they were
        made."""
        if source.version is None:
            return self.tr("{name} (draft)").format(name=source.name)
        version = source.version
        made = time.strftime("%d %b %Y, %H:%M", time.localtime(version.created))
        one = self.tr("{name} (dataset) · 1 row · {made} · {id}")
        many = self.tr("{name} (dataset) · {n} rows · {made} · {id}")
        return plural(version.total, one, many, name=source.name, made=made, id=version.id)

    def show_runs(self, runs: list[tuple[str, Path]]) -> None:
        """Runs with what they wrote; their events hold questions and answers line by line."""
        self.runs.clear()
        for name, path in runs[:_MOST_RUNS]:
            self.runs.addAction(name, partial(self._take_answers, path, name))
        self.runs_button.setVisible(bool(runs))

    def set_busy(self, busy: bool) -> None:
        self.begin.setEnabled(not busy)
        if not busy:
            self._show_foot()
        else:
            self.begin.setText(self.tr("Reading the rows …"))

    def show_learners(self, learners: list[Learner]) -> None:
        """Who learned from which version: what is judged does not reach them by itself."""
        self._learners = learners
        self._show_way()

    # ---- showing it ----
    def _show_rounds(self) -> None:
        while self._rounds.count():
            item = self._rounds.takeAt(0)
            if item is not None and (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for place, one in enumerate(self._begun):
            target = button("", "secondary", "play", small=True)
            set_words(target, self._round_words(one), _ROUND_ROOM)
            target.clicked.connect(partial(self._on_go_on, one.task))
            self._rounds.addWidget(target, place // 2, place % 2)
        self.rounds.setVisible(bool(self._begun))

    def _round_words(self, one: Round) -> str:
        """Rounds of the same rows are told apart by who has judged how many."""
        task = one.task
        began = time.strftime("%d %b, %H:%M", time.localtime(task.created))
        said = [TITLES[task.judging], task.name, began]
        people = [f"{who} {format_count(n)}" for who, n in one.people.items()]
        if len(people) > _MOST_NAMED:
            more = self.tr("{n} more").format(n=len(people) - _MOST_NAMED)
            people = [*people[:_MOST_NAMED], more]
        return " · ".join([*said, ", ".join(people) or self.tr("nobody yet")])

    def _source(self) -> _Source | None:
        place = self.source.currentIndex()
        return self._sources[place] if 0 <= place < len(self._sources) else None

    def _show_way(self, *_: object) -> None:
        way, source = self.ways.current(), self._source()
        shown = {
            self.range: way == "score", self.classes: way == "label",
            self.several: way == "label", self.answers: way in ("mark", "pair", "score", "mend"),
            self.about: way in ("label", "score") and source is not None and source.kind == "chat",
        }  # fmt: skip
        for field, on in shown.items():
            self._form.setRowVisible(field, on)
        self.about.setCurrentIndex(self.about.findData("whole" if way == "score" else "question"))
        if source is not None:
            kind_words = "version" if source.version is not None else "draft"
            said = [what_follows(kind_words, _way(way), source.kind), self._learned(source.id)]
            self.follows.setText(" ".join(filter(None, said)))
        self._show_foot()

    def _learned(self, source_id: str) -> str:
        names = [one.name for one in self._learners
                 if source_id in one.datasets and not one.deleted]  # fmt: skip
        if not names:
            return ""
        words = self.tr("{names} learned from these rows as they are: train anew on the new "
                        "version.")  # fmt: skip
        shown = ", ".join(f"“{name}”" for name in dict.fromkeys(names[:_MOST_LEARNERS]))
        if len(names) > _MOST_LEARNERS:
            shown += self.tr(" and {n} more").format(n=len(names) - _MOST_LEARNERS)
        return words.format(names=shown)

    def _on_begin_key(self) -> None:
        if self._missing():
            self.begin.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.begin.click()

    def _missing(self) -> str:
        source, way = self._source(), _way(self.ways.current())
        if source is None:
            return self.tr("Bring a file first")
        if kind_after(way, source.kind) is None:
            return self.tr("Choose another way for these rows")
        if way == "pair" and source.kind == "chat" and self._answers is None:
            return self.tr("Choose your model’s answers")
        if self.high.value() <= self.low.value():
            return self.tr("The highest score is too low")
        return "" if self.who.text().strip() else self.tr("Say your name")

    def _show_foot(self, *_: object) -> None:
        missing = self._missing()
        self.begin.setText(missing or self.tr("Begin judging"))
        restyle(self.begin, "missing", bool(missing))
        self.begin.setAccessibleDescription(missing)

    # ---- what a person does ----
    def _on_answers(self) -> None:
        title, kinds = self.tr("Answers that your model wrote"), self.tr("JSON lines (*.jsonl)")
        name, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if name:
            self._take_answers(Path(name), Path(name).name)

    def _take_answers(self, path: Path, name: str) -> None:
        try:
            count = len(read_answers(path))
        except StudioError as error:
            self.notice.show_error(error)
            return
        self.notice.clear()
        self._answers, self._answers_name = path, name
        one, many = self.tr("{file} · 1 answer"), self.tr("{file} · {n} answers")
        self.answers_words.setText(plural(count, one, many, file=name))
        self.order.setCurrentIndex(self.order.findData("model"))
        self._show_foot()

    def _on_begin(self) -> None:
        source = self._source()
        if self._missing() or source is None:
            if source is not None and not self.who.text().strip():
                self.who.setFocus()
            return
        way, path = _way(self.ways.current()), self._answers
        classes = [one.strip() for one in self.classes.text().replace(";", ",").split(",")]
        task = JudgingTask(
            name=source.name, source="version" if source.version is not None else "draft",
            source_id=source.id, judging=way, order=self.order.currentData(),
            about=self.about.currentData() if source.kind == "chat" else "question",
            low=self.low.value(), high=self.high.value(),
            classes=[one for one in dict.fromkeys(classes) if one] if way == "label" else [],
            several=self.several.isChecked(), answers_from=self._answers_name,
        )  # fmt: skip
        match = None
        if path is not None and way != "label":
            match = partial(_match, path)
        self.begun.emit(Chosen(task, self.who.text().strip(), match=match))

    def _on_go_on(self, task: JudgingTask) -> None:
        who = self.who.text().strip()
        if not who:
            self.notice.show_warning(self.tr("Say your name first, then go on."))
            self.who.setFocus()
            return
        self.begun.emit(Chosen(task, who, fresh=False))


def _match(path: Path, rows: list[Row]) -> dict[str, str]:
    return match_answers(rows, read_answers(path))


def _way(key: str) -> Judging:
    return next(way for way in TITLES if way == key)
