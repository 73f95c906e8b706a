"""The report card: what the checks found, worst first, and what was done about it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, assert_never

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from shiboken6 import isValid

from ftstudio.core.units import plural
from ftstudio.data.drafting.foreseen import done_lines
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.step import Choice, Finding, Row, steps
from ftstudio.ui.bridge.background import Cancel, run
from ftstudio.ui.dataset.cleaning.closer_card import CloserCard
from ftstudio.ui.dataset.cleaning.done_list import DoneList, RowsSum, open_below
from ftstudio.ui.dataset.cleaning.effect_card import EffectCard
from ftstudio.ui.dataset.cleaning.fine_line import FineLine
from ftstudio.ui.dataset.cleaning.foresight import Foresight
from ftstudio.ui.dataset.cleaning.found_rows import Found, read_found
from ftstudio.ui.dataset.cleaning.model_card import ModelCard
from ftstudio.ui.dataset.cleaning.model_dialog import MODEL_STEPS, ModelDialog
from ftstudio.ui.dataset.cleaning.recipe_desk import RecipeDesk
from ftstudio.ui.dataset.cleaning.report_row import ReportRow
from ftstudio.ui.dataset.cleaning.rows_dialog import (
    RowLine,
    RowsDialog,
    lines_left_out,
    lines_of_finding,
)
from ftstudio.ui.dataset.cleaning.step_dialog import StepDialog
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.one_dialog import OneDialog
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.dataset.rows.two_columns import TwoColumns, fill
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.card import Card, Chip, line
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.row_keys import focused_at, go_among
from ftstudio.ui.widgets.text import ElidedLabel, text

_ORDER = {"blocks": 0, "decide": 1, "look": 2, "fine": 3}


class CleanPage(OneDialog, WizardPage):
    key = "clean"
    page_wanted = Signal(str)  # where a finding is remedied

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.closer = desk.closer
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addLayout(self._make_head())
        self.notice = NoticeBar()
        left.addWidget(self.notice)
        self.closer_card = CloserCard()
        left.addWidget(self.closer_card)
        self._card = Card(margin=1, spacing=0)
        left.addWidget(self._card)
        self.model_card = ModelCard()
        left.addWidget(self.model_card)
        left.addStretch(1)
        self.columns = TwoColumns(left, self._make_done(), 300)
        fill(self, self.columns)
        self.rows: list[ReportRow] = []
        self.foresight = Foresight(self.effect, self)
        self.foresight.failed.connect(self.notice.show_error)
        self._inside = QWidget()
        self._card.body.addWidget(self._inside)
        self._connect()

    def title(self) -> str:
        return self.tr("Clean")

    # ---- building it ----
    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(text(self.tr("Report card"), "h2"))
        row.addSpacing(4)
        self._chips = {key: Chip("", tone, self) for key, tone in
                       (("blocks", "bad"), ("look", "warn"), ("fine", "ok"))}  # fmt: skip
        for chip in self._chips.values():
            row.addWidget(chip)
        self._checked = ElidedLabel("", "small")  # the first to give way where room is short
        self._checked.set_trailing()
        row.addWidget(self._checked, 1)
        self.add_button = button(self.tr("Add a step …"), "secondary", "plus", small=True)
        self.add_button.clicked.connect(self.add_step)
        row.addWidget(self.add_button)
        return row

    def _make_done(self) -> Card:
        card = Card(margin=16, spacing=8)
        head = QHBoxLayout()
        head.addWidget(text(self.tr("What was done"), "h2"))
        head.addStretch(1)
        self.more = icon_button("ellipsis", self.tr("Recipe, and rows left out"))
        self.menu = QMenu(self.more)
        self.keep_action = self.menu.addAction(self.tr("Keep as a recipe …"))
        self.apply_action = self.menu.addAction(self.tr("Apply a recipe …"))
        self.menu.addSeparator()
        self.lost_action = self.menu.addAction(self.tr("Why is a row gone? …"))
        self.more.clicked.connect(partial(open_below, self.menu, self.more))
        head.addWidget(self.more)
        card.body.addLayout(head)
        words = self.tr(
            "Applied in this order. Click one to see its rows, or take it back. Your file is "
            "never changed."
        )
        card.body.addWidget(text(words, "small", wrap=True))
        self.done = DoneList(editable=True)
        card.body.addWidget(self.done)
        self.effect = EffectCard()
        card.body.addWidget(self.effect)
        card.body.addStretch(1)
        card.body.addWidget(line())
        self.sum = RowsSum()
        card.body.addWidget(self.sum)
        foot = QHBoxLayout()
        foot.setSpacing(0)
        self.keep_button = button(self.tr("Keep as a recipe"), "link", "save", small=True)
        self.lost_button = button(self.tr("Rows left out"), "link", small=True)
        foot.addWidget(self.keep_button)
        foot.addWidget(self.lost_button)
        foot.addStretch(1)
        card.body.addLayout(foot)
        return card

    def _connect(self) -> None:
        desk, done = self.desk, self.done
        desk.busy_changed.connect(self._on_busy)
        done.taken_back.connect(desk.take_back)
        done.switched.connect(desk.switch)
        done.moved.connect(desk.move)
        done.change_wanted.connect(self._on_change_wanted)
        done.rows_wanted.connect(self._on_step_rows)
        self.recipes = RecipeDesk(desk, self.notice, self._open, self, self.more)
        self.keep_action.triggered.connect(self.recipes.keep)
        self.keep_button.clicked.connect(self.recipes.keep)
        self.apply_action.triggered.connect(self.recipes.choose)
        self.lost_action.triggered.connect(self.show_left_out)
        self.lost_button.clicked.connect(self.show_left_out)
        self.model_card.wanted.connect(self.add_step)
        self.closer_card.look.connect(self._on_look)
        self.closer_card.stop.connect(self.closer.stop)
        self.closer.advanced.connect(self.closer_card.show_share)
        self.closer.looked.connect(self._show_all)
        self.closer.failed.connect(self.notice.show_error)
        QShortcut(QKeySequence("Ctrl+Shift+A"), self).activated.connect(self.add_step)

    # ---- what is missing ----
    def _blocking(self) -> list[Finding]:
        facts = self.desk.facts
        return facts.report.blocking if facts and facts.report else []

    def needs_decision(self) -> bool:
        return bool(self._blocking())

    def reachable(self) -> bool:
        facts = self.desk.facts
        return facts is not None and facts.report is not None

    def foot(self) -> Foot:
        blocking = self._blocking()
        if blocking:
            words = self.tr("Decide on “{title}” to go on").format(title=blocking[0].title)
            hint = self.tr("The other points can wait") if len(self.rows) > 1 else ""
            return Foot(words, enabled=False, missing=blocking[0].sentence, hint=hint)
        facts = self.desk.facts
        open_ones = [f for f in self._findings(facts) if f.severity != "fine"]
        looks = [f for f in open_ones if f.severity == "look"]
        if asking := [f for f in open_ones if f.severity == "decide"]:
            hint = self.tr("“{title}” needs your decision, now or later")
            hint = hint.format(title=asking[0].title)
        elif looks:
            one = self.tr("One point is worth a look; it can wait")
            hint = plural(len(looks), one, self.tr("{n} points are worth a look; they can wait"))
        else:
            hint = self.tr("Nothing is left to decide")
        return Foot(self.tr("Continue to the preview"), hint=hint)

    def left(self) -> None:
        self.foresight.stop()

    # ---- showing it ----
    def refresh(self) -> None:
        self._show_all()

    def _findings(self, facts: Facts | None) -> list[Finding]:
        """Of the quick checks and of the closer look, the worst first."""
        if facts is None or facts.report is None:
            return []
        found = [*facts.report.findings, *self.closer.findings(facts)]
        return sorted(found, key=lambda finding: _ORDER[finding.severity])

    def _show_all(self) -> None:
        facts = self.desk.facts
        if facts is None or facts.report is None:
            return
        findings = self._findings(facts)
        self._show_chips(findings)
        self._show_rows([f for f in findings if f.severity != "fine"], findings)
        self._on_busy(self.desk.busy, -1)
        self.closer_card.show_state(self.closer, facts)
        self.done.set_steps(facts.draft.steps)
        self.sum.set(facts.table.rows_in_file, facts.report.rows_left)
        self.lost_button.setVisible(facts.table.rows_in_file > facts.report.rows_left)
        shown = [row.finding for row in self.rows]
        first = next((finding for finding in shown if finding.step_key), None)
        if not self.foresight.keep(shown, facts) and first is not None and self.isVisible():
            self.foresight.show(first, facts, self._limit(), pointed=False)
        self.foot_changed.emit()

    def _show_chips(self, findings: list[Finding]) -> None:
        words = {
            "blocks": self.tr("{n} needs your decision"),
            "look": self.tr("{n} worth a look"),
            "fine": self.tr("{n} fine"),
        }
        tones = {"blocks": "bad", "look": "warn", "fine": "ok"}
        for key, chip in self._chips.items():
            own = ("blocks", "decide") if key == "blocks" else (key,)
            count = sum(1 for finding in findings if finding.severity in own)
            chip.set(words[key].format(n=count) if count else "", tones[key])

    def _show_rows(self, open_findings: list[Finding], findings: list[Finding]) -> None:
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        at = focused_at(self.rows)
        before, self.rows = {row.finding.key: row for row in self.rows}, []
        for finding in open_findings:
            if self.rows:
                column.addWidget(line())
            row = before.get(finding.key)
            if row is None or row.finding != finding:  # else what was unfolded stays so
                row = self._make_row(finding)
            self.rows.append(row)
            column.addWidget(row)
        fine = [finding for finding in findings if finding.severity == "fine"]
        if fine:
            if self.rows:
                column.addWidget(line())
            column.addWidget(FineLine(fine))
        self._card.body.replaceWidget(self._inside, fresh)
        held = self.window().focusWidget()
        if at is not None and self.rows and held is not None:
            held.clearFocus()  # what is hidden with the focus hands it on, and the page scrolls
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = fresh
        if at is not None and self.rows:  # the line itself, or the one that took its place
            self.rows[min(at, len(self.rows) - 1)].setFocus()

    def _make_row(self, finding: Finding) -> ReportRow:
        row = ReportRow(finding)
        row.chosen.connect(partial(self._on_chosen, row))
        row.rows_wanted.connect(self._on_rows_wanted)
        row.walked.connect(partial(self._on_walked, row))
        row.focused.connect(self._on_pointed)
        row.history_wanted.connect(self.show_history)
        row.all_wanted.connect(self._on_all_wanted)
        return row

    def _on_busy(self, doing: str, share: float) -> None:
        if doing:
            self._checked.setText(doing)
        elif self.desk.facts is not None and self.desk.facts.report is not None:
            rows = self.desk.facts.report.rows_in
            self._checked.setText(plural(rows, self.tr("of 1 row"), self.tr("of {n} rows")))

    # ---- what a person does with a line ----
    def _on_look(self) -> None:
        facts = self.desk.facts
        if facts is not None:
            self.closer.start(facts)
            self.closer_card.show_state(self.closer, facts)

    def _on_chosen(self, row: ReportRow, choice: object) -> None:
        assert isinstance(choice, Choice)
        desk, key = self.desk, choice.step_key
        match choice.act:
            case "do":
                own = choice.title if choice == row.finding.remedy else steps()[key].title
                desk.apply(own, key, choice.params)
            case "set":
                self.add_step(key, choice.params)
            case "split":
                desk.set_split(SplitChoice.model_validate(choice.params))
            case "go on":
                desk.go_on_with_few()
            case "take back":
                desk.take_back(choice.place)
            case "go to":
                self.page_wanted.emit(choice.page)
            case _:
                assert_never(choice.act)

    def _limit(self) -> int:
        return self.desk.lengths[1] if self.desk.lengths else 0

    def _on_pointed(self, finding: object) -> None:
        assert isinstance(finding, Finding)
        self.foresight.show(finding, self.desk.facts, self._limit(), pointed=True)

    def _on_walked(self, row: ReportRow, key: int) -> None:
        go_among(self.rows, row, key)

    def _on_rows_wanted(self, finding: object) -> None:
        assert isinstance(finding, Finding)
        facts = self.desk.facts
        row = next((r for r in self.rows if r.finding is finding), None)
        if facts is None or row is None:
            return
        row.wait()

        def work(cancel: Cancel) -> Found:
            return read_found(finding, facts, lambda share: cancel.check())

        def done(found: Found) -> None:
            if row in self.rows:
                row.show_rows(found)

        run(row, work, done, self.notice.show_error)

    # ---- dialogs: none of them stops the window ----
    def add_step(self, key: object = "", begin: dict[str, Any] | None = None) -> None:
        facts = self.desk.facts
        if facts is None or facts.report is None:
            return
        dialog = self._step_dialog(facts, key if isinstance(key, str) else "", begin=begin)
        dialog.accepted.connect(partial(self._on_step_chosen, dialog))
        self._open(dialog)

    def _step_dialog(
        self,
        facts: Facts,
        key: str,
        fixed: dict[str, Any] | None = None,
        begin: dict[str, Any] | None = None,
    ) -> StepDialog | ModelDialog:
        if key in MODEL_STEPS:
            return MODEL_STEPS[key](facts.current, self.desk.studio, fixed, self)
        return StepDialog(facts, key, fixed, self._limit(), self, begin)

    def _on_step_chosen(self, dialog: StepDialog | ModelDialog) -> None:
        self.desk.apply(dialog.step.title, dialog.key, dialog.values)

    def _on_change_wanted(self, place: int) -> None:
        facts = self.desk.facts
        if facts is None:
            return
        applied = facts.draft.steps[place]
        title = steps()[applied.key].title

        def work(session: DraftSession) -> list[Row]:
            chain = session.chain()
            return chain.done[place - 1].rows if place else chain.start

        def done(rows: list[Row]) -> None:
            before = replace(facts, current=rows)
            dialog = self._step_dialog(before, applied.key, dict(applied.params))
            dialog.accepted.connect(lambda: self.desk.change(place, dialog.values))
            dialog.setWindowTitle(title)
            self._open(dialog)

        self.desk.ask(work, done)

    def _rows_dialog(self, title: str, words: str) -> RowsDialog:
        dialog = RowsDialog(self.desk, title, words, self)
        self._open(dialog)
        return dialog

    def _on_step_rows(self, place: int) -> None:
        facts = self.desk.facts
        if facts is None:
            return
        applied = facts.draft.steps[place]
        words = self.done.what_it_did(applied)
        dialog = self._rows_dialog(steps()[applied.key].title, words)
        says = {
            "changed": self.tr("changed"),
            "left out": self.tr("left out"),
            "added": self.tr("added"),
            "marked": self.tr("marked"),
        }

        def work(session: DraftSession) -> list[RowLine]:
            found = done_lines(session.chain(), place)
            return [RowLine(one.number, one.text, one.reason or says[one.what]) for one in found]

        self.desk.ask(work, partial(_fill, dialog))

    def show_left_out(self) -> None:
        """Every row of the file that is not in the dataset, and why."""
        words = self.tr("Each row that is not in the dataset, with the reason. Pick one to see "
                        "its whole story.")  # fmt: skip
        dialog = self._rows_dialog(self.tr("Rows left out"), words)
        self.desk.ask(lines_left_out, partial(_fill, dialog))

    def show_history(self, number: int) -> None:
        facts = self.desk.facts
        if facts is None:
            return
        words = self.tr("Type another row's number to see what became of it.")
        dialog = self._rows_dialog(self.tr("What became of row {n}").format(n=number), words)
        dialog.set_lines(lines_of_finding([number], facts))
        dialog.show_row(number)

    def _on_all_wanted(self, finding: object) -> None:
        assert isinstance(finding, Finding)
        facts = self.desk.facts
        if facts is None:
            return
        dialog = self._rows_dialog(finding.title, finding.sentence)
        run(dialog, lambda cancel: lines_of_finding(finding.rows, facts), dialog.set_lines)


def _fill(dialog: RowsDialog, lines: list[RowLine]) -> None:
    """The person may have closed it before the rows came."""
    if isValid(dialog):
        dialog.set_lines(lines)
