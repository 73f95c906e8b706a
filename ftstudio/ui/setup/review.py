"""The last page: four answers, what will happen, the settings in words, and Start."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.params import Params
from ftstudio.core.units import clock_after, format_bytes, plural
from ftstudio.planning.command_line import show_command
from ftstudio.planning.energy import format_energy
from ftstudio.planning.memory import fits
from ftstudio.planning.proposal import Proposal, Situation
from ftstudio.planning.tried import Tried
from ftstudio.ui.setup.answer_card import AnswerCard
from ftstudio.ui.setup.command_line import CommandLine
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.ladder_card import LadderCard
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.setup.path_making import PathMaking
from ftstudio.ui.setup.path_review import largest_stage, path_chapters, path_settings
from ftstudio.ui.setup.reached import show_reached
from ftstudio.ui.setup.settings_card import FieldsPopup, NamePopup, SettingsCard
from ftstudio.ui.setup.settings_words import Setting, settings_in_words
from ftstudio.ui.setup.story import StoryCard, chapters, range_in_words
from ftstudio.ui.setup.trial_strip import TrialStrip
from ftstudio.ui.setup.undo_strip import UndoStrip
from ftstudio.ui.widgets.figure_words import FIT_TONES, figure, fit_words
from ftstudio.ui.widgets.regrid import lay_out
from ftstudio.ui.widgets.rung_words import rung_words

_BESIDE = 860
_CLOCK_MS = 15_000


class ReviewPage(SetupPage):
    key = "review"

    def __init__(self, desk: SetupDesk, path: PathMaking, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.path = path
        path.changed.connect(self.refresh)
        self._level: str = desk.studio.settings.detail
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(self._make_answers())
        self.undo = UndoStrip()
        self.undo.undo.connect(desk.ways.undo)
        column.addWidget(self.undo)
        self.ladder = LadderCard()
        self.ladder.apply.connect(desk.ways.apply)
        column.addWidget(self.ladder)
        self.trial = TrialStrip()
        self.trial.try_it.connect(desk.foresight.try_now)
        self.trial.stop.connect(self._on_stop_trial)
        desk.foresight.trial.ended.connect(self._on_tried)
        column.addWidget(self.trial)
        self._then_start = False  # once the trial has shown that it fits
        self._halves = QHBoxLayout()
        self._halves.setSpacing(20)
        self.story = StoryCard()
        self.story.try_it.connect(desk.foresight.try_now)
        self.settings = SettingsCard(self._level)
        self.settings.clicked.connect(self._on_setting)
        self.settings.level_chosen.connect(self._on_level)
        self._halves.addWidget(self.story, 9)
        self._halves.addWidget(self.settings, 8)
        column.addLayout(self._halves)
        self.command = CommandLine()
        column.addWidget(self.command)
        column.addStretch(1)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self.refresh)

    def _make_answers(self) -> QGridLayout:
        self._columns = 0
        self._answers = QGridLayout()
        self._answers.setSpacing(20)
        self.time = AnswerCard("clock", self.tr("Time"))
        self.memory = AnswerCard(
            "memory-stick", self.tr("Memory"), explains=self.tr("How this figure was reached")
        )
        self.memory.clicked.connect(self._on_reached)
        self.disk = AnswerCard("hard-drive", self.tr("Disk"))
        self.result = AnswerCard("package", self.tr("What you get"))
        self.energy = AnswerCard("zap", self.tr("Energy"))
        self.energy.hide()
        self._last = QWidget()  # one of the two
        room = QVBoxLayout(self._last)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self.result)
        room.addWidget(self.energy)
        self._arrange(4)
        return self._answers

    def _on_reached(self) -> None:
        made, situation = self.path.made, self.desk.situation
        if not self.desk.draft.path or made is None or situation is None:
            show_reached(self.desk, self.memory)
            return
        counted = self.desk.foresight.show_path(made.forecast.asked)
        largest = largest_stage(made, counted, situation.machine.free_bytes)
        show_reached(self.desk, self.memory, largest)

    def _arrange(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            lay_out(self._answers, (self.time, self.memory, self.disk, self._last), columns, 4)

    def title(self) -> str:
        return self.tr("Ready to train {name}").format(name=self.desk.name)

    def facts(self) -> str:
        return self.tr("Nothing has run yet. You can change every line by clicking it.")

    def refresh(self) -> None:
        plan, situation, proposal = self.desk.plan(), self.desk.situation, self.desk.proposal
        if self.desk.draft.path:
            self._show_path()
        elif plan is not None and situation is not None and proposal is not None:
            self._show_answers(situation, proposal)
            self._show_fit(situation, proposal)
            self.story.show_story(chapters(self, plan, situation, proposal))
            self.settings.show_settings(settings_in_words(self, plan, self._level))
            self.command.show_command(show_command(plan))
        self.foot_changed.emit()

    def _show_fit(self, situation: Situation, proposal: Proposal) -> None:
        """What would make it fit, or how to be surer that it does."""
        ahead, machine = self.desk.foresight, situation.machine
        lacks = proposal.fit == "does not fit" and not self._waits_its_turn(situation, proposal)
        if lacks:
            self.ladder.show_proposal(proposal, machine, self.desk.ways.rungs())
        self.ladder.setVisible(lacks)
        self.undo.show_change(self.desk.ways.last)
        self.trial.show_trial(
            ahead.trial, ahead.tried, ahead.why_not_try(), self._then_start,
            machine.device == "cuda",
        )  # fmt: skip
        close = proposal.fit == "tight" or ahead.trial.at_work
        self.trial.setVisible(close)
        self.story.trial.setVisible(not close and not ahead.why_not_try())

    def _waits_its_turn(self, situation: Situation, proposal: Proposal) -> bool:
        """What is held by the run at work is free when this one's turn has come."""
        total = situation.machine.total_bytes
        return self.desk.around.busy and fits(proposal.memory, total) == "fits"

    def _show_path(self) -> None:
        for part in (self.ladder, self.undo, self.trial, self.story.trial):
            part.hide()
        self.path.renew()
        made, situation = self.path.made, self.desk.situation
        counted = self.desk.foresight.show_path(made.forecast.asked if made else ())
        if made is None or situation is None:
            return
        whole = made.forecast
        hungriest = largest_stage(made, counted, situation.machine.free_bytes)
        self._show_time(whole.low, whole.high, False)
        self._show_memory(situation, hungriest, hungriest.memory.why[0])
        self._show_disk(whole.disk, whole.free_disk, whole.stays)
        count = len(whole.parts)
        self.energy.hide()
        self.result.show()
        self.result.set(
            format_bytes(whole.stays), self.tr("the result of each stage"),
            plural(count, self.tr("1 stage"), self.tr("{n} stages")), "neutral",
        )  # fmt: skip
        self.story.show_story(path_chapters(self, made))
        self.settings.show_settings(path_settings(self, made, self.desk.name))
        self.command.show_command(made.command)

    def _show_answers(self, situation: Situation, proposal: Proposal) -> None:
        made, disk = proposal.forecast, proposal.disk
        self._show_time(made.low, made.high, bool(made.learned_from))
        self._show_memory(situation, proposal)
        self._show_disk(disk.needed, disk.free, disk.stays)
        self._show_energy(situation, proposal)
        adapter = proposal.memory.parts["adapter"] > 0
        self.result.set(
            format_bytes(proposal.result_bytes),
            self.tr("the model stays as it is") if adapter else self.tr("a whole new model"),
            self.tr("Adapter") if adapter else self.tr("Model"),
            "neutral",
        )

    def _show_energy(self, situation: Situation, proposal: Proposal) -> None:
        """In the place of the result, whose size the disk names too; hidden where nothing is
        known of the power."""
        made = self.desk.foresight.energy(proposal, situation.machine)
        self.energy.setVisible(made is not None)
        self.result.setVisible(made is None)
        if made is not None:
            low, high = format_energy(made.low), format_energy(made.high)
            self.energy.set(
                self.tr("{low} – {high}").format(low=low, high=high),
                made.why, self.tr("Estimate"), "neutral",
            )  # fmt: skip

    def _show_time(self, low: float, high: float, learned: bool) -> None:
        tried = self.desk.foresight.tried
        known = self.tr("Tried here") if tried and tried.ran else self.tr("Like earlier runs")
        self.time.set(
            range_in_words(self, low, high),
            self.tr("done between {first} and {last}").format(
                first=clock_after(low), last=clock_after(high)
            ),
            known if learned else self.tr("Rough guess"),
            "accent" if learned else "neutral",
        )

    def _show_memory(self, situation: Situation, proposal: Proposal, stage: str = "") -> None:
        """`stage`: of a path the one that takes most, in a sentence."""
        machine, free = situation.machine, format_bytes(situation.machine.free_bytes)
        words = self.tr("of {free} free").format(free=free)
        if machine.device == "cuda":
            words = self.tr("of {free} free on {machine}").format(free=free, machine=machine.name)
        self.memory.set(
            figure(self, proposal.memory), f"{words}. {stage}" if stage else words,
            fit_words(self, proposal.fit), FIT_TONES[proposal.fit],
        )  # fmt: skip

    def _show_disk(self, needed: int, free: int, stays: int) -> None:
        fits = needed <= free
        self.disk.set(
            format_bytes(needed),
            self.tr("of {free} free; {stays} stays").format(
                free=format_bytes(free), stays=format_bytes(stays)
            ),
            self.tr("Fits") if fits else self.tr("Does not fit"),
            "ok" if fits else "bad",
        )

    def foot(self) -> Foot:
        if self.desk.draft.path:
            return self._foot_of_path()
        proposal = self.desk.proposal
        if self.desk.plan() is None or proposal is None:
            words = self.tr("Measuring the data…")
            return Foot(words, enabled=False, missing=words)
        if self.desk.missing:
            return Foot(self.desk.missing, False, self.desk.missing)
        if not proposal.disk.fits:
            words = self.tr("Not enough disk: {size} needed").format(
                size=format_bytes(proposal.disk.needed)
            )
            return Foot(words, False, words)
        situation = self.desk.situation
        if self.desk.foresight.trial.at_work:
            words = self.tr("Trying it first…")
            return Foot(words, False, words, secondary=self.tr("Start at once"))
        if (
            situation is not None
            and proposal.fit == "does not fit"
            and not self._waits_its_turn(situation, proposal)
        ):
            return self._foot_of_too_large(proposal)
        hint = self.tr("Stop at any time; the best version is kept")
        if self.desk.around.busy:
            hint = self.tr("A run is at work; this one starts after it")
            return Foot(self.tr("Add to the queue"), hint=hint, secondary=self.tr("Start now too"))
        when = clock_after(proposal.forecast.middle)
        if self.desk.foresight.should_try_first():
            hint = self.tr("Memory is tight: three steps on the longest rows come first")
            words = self.tr("Try, then start · done about {time}").format(time=when)
            return Foot(words, hint=hint, secondary=self.tr("Start at once"))
        return Foot(self.tr("Start training · done about {time}").format(time=when), hint=hint)

    def _foot_of_too_large(self, proposal: Proposal) -> Foot:
        """No start with what would most likely fail; the mildest change is the main button."""
        best, anyway = self.desk.ways.best(), self.tr("Start anyway")
        hint = self.tr("It does not fit into the free memory")
        if best is None:
            missing = self.tr("Does not fit: change the method, the model or the settings")
            return Foot(self.tr("Does not fit"), False, missing, hint, anyway)
        title, _price = rung_words(self, best, proposal)
        words = self.tr("{change} · {size}") if best.method else self.tr("Apply: {change} · {size}")
        return Foot(words.format(change=title, size=format_bytes(best.total)), hint=hint,
                    secondary=anyway)  # fmt: skip

    def primary(self) -> bool:
        """True: start. Otherwise what has to come before was begun."""
        proposal, situation = self.desk.proposal, self.desk.situation
        if proposal is None or situation is None or self.desk.draft.path:
            return True
        if proposal.fit == "does not fit" and not self._waits_its_turn(situation, proposal):
            best = self.desk.ways.best()
            if best is not None:
                self.desk.ways.apply(best, rung_words(self, best, proposal)[0])
            return False
        if self.desk.foresight.trial.at_work:
            return False
        if self.desk.foresight.should_try_first():
            self._then_start = True
            self.desk.foresight.try_now()
            return False
        return True

    def _on_tried(self, tried: Tried) -> None:
        wanted, self._then_start = self._then_start, False
        proposal = self.desk.proposal
        if wanted and tried.ran and proposal is not None and proposal.fit != "does not fit":
            self.forward.emit()

    def _on_stop_trial(self) -> None:
        self._then_start = False
        self.desk.foresight.trial.cancel()

    def _foot_of_path(self) -> Foot:
        made = self.path.made
        if made is None:
            words = self.path.problem or self.tr("Measuring the data…")
            return Foot(words, False, words)
        if made.forecast.disk > made.forecast.free_disk:
            size = format_bytes(made.forecast.disk)
            words = self.tr("Not enough disk: {size} needed").format(size=size)
            return Foot(words, False, words)
        count = len(made.forecast.parts)
        hint = self.tr("Each stage begins when the one before has finished")
        if self.desk.around.busy:
            one = self.tr("Add the stage to the queue")
            words = plural(count, one, self.tr("Add the {n} stages to the queue"))
            return Foot(words, hint=hint)
        when = clock_after(made.forecast.middle)
        one = self.tr("Start the stage · done about {time}")
        many = self.tr("Start the {n} stages · done about {time}")
        return Foot(plural(count, one, many, time=when), hint=hint)

    def _on_level(self, level: str) -> None:
        self._level = level
        self.desk.studio.remember(detail=level)
        self.refresh()

    def _on_setting(self, setting: Setting) -> None:
        if setting.group in ("goal", "model", "method", "settings"):
            self.go_to.emit(setting.group)
            return
        row = next(row for row in self.settings.rows if row.setting == setting)
        if setting.group == "name":
            name = NamePopup(self.desk.name, self)
            name.changed.connect(self._on_name)
            name.open_under(row)
            name.field.setFocus()
            return
        proposal = self.desk.proposal
        if proposal is None:
            return
        values: Params = proposal.training
        change: Any = self.desk.set_training
        if setting.group == "method_params":
            values, change = proposal.params, self._on_method_params
        popup = FieldsPopup(values, setting.edits, self._reason(proposal, setting), self)
        popup.changed.connect(change)
        popup.open_under(row)

    def _on_name(self, name: str) -> None:
        self.desk.set_name(name)
        self.refresh()

    def _on_method_params(self, values: dict[str, Any]) -> None:
        if self.desk.proposal is not None:
            self.desk.set_method_params({**self.desk.proposal.params.model_dump(), **values})

    def _reason(self, proposal: Proposal, setting: Setting) -> str:
        """Why the app chose it; empty where a person did."""
        titles = {spec.name: spec.title for spec in type(proposal.training).specs()}
        wanted = {titles.get(name) for name in setting.edits}
        return next((d.reason for d in proposal.decisions if d.name in wanted), "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self._then_start = False  # nothing starts behind one's back

    def fit_width(self, width: int) -> None:
        beside = width >= _BESIDE
        self._arrange(4 if beside else 2 if width >= 480 else 1)
        self._halves.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
