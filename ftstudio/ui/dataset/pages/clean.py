"""The report card: what the checks found, worst first, and what was done about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.session import DraftSession
from ftstudio.data.step import Finding
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.done_list import DoneList, RowsSum
from ftstudio.ui.dataset.effect_card import Effect, EffectCard, foresee
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.dataset.report_row import SHOWN_ROWS, ReportRow
from ftstudio.ui.dataset.two_columns import TwoColumns, fill
from ftstudio.ui.widgets.card import Card, Chip, line
from ftstudio.ui.widgets.text import IconLabel, text

_ORDER = {"blocks": 0, "look": 1, "fine": 2}
Lines = list[tuple[str, str, str]]


class CleanPage(WizardPage):
    key = "clean"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addLayout(self._make_head())
        self._card = Card(margin=1, spacing=0)
        left.addWidget(self._card)
        left.addStretch(1)
        self.columns = TwoColumns(left, self._make_done(), 292)
        fill(self, self.columns)
        self.rows: list[ReportRow] = []
        self._foreseen = ""
        desk.busy_changed.connect(self._on_busy)
        self._inside = QWidget()
        self._card.body.addWidget(self._inside)

    def title(self) -> str:
        return self.tr("Clean")

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(text(self.tr("Report card"), "h2"))
        row.addSpacing(4)
        self._chips = {key: Chip("", tone, self) for key, tone in
                       (("blocks", "bad"), ("look", "warn"), ("fine", "ok"))}  # fmt: skip
        for chip in self._chips.values():
            row.addWidget(chip)
        row.addStretch(1)
        self._checked = text("", "small")
        row.addWidget(self._checked)
        return row

    def _make_done(self) -> Card:
        card = Card(margin=16, spacing=10)
        card.body.addWidget(text(self.tr("What was done"), "h2"))
        words = self.tr(
            "In this order. Take back any of them; the later ones are worked out again. "
            "Your file is never changed."
        )
        card.body.addWidget(text(words, "small", wrap=True))
        self.done = DoneList()
        self.done.taken_back.connect(self.desk.take_back)
        card.body.addWidget(self.done)
        self.effect = EffectCard()
        card.body.addWidget(self.effect)
        card.body.addStretch(1)
        card.body.addWidget(line())
        self.sum = RowsSum()
        card.body.addWidget(self.sum)
        return card

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
        looks = [f for f in facts.report.findings if f.severity == "look"] if (
            facts and facts.report
        ) else []  # fmt: skip
        if len(looks) == 1:
            hint = self.tr("One point is worth a look; it can wait")
        elif looks:
            hint = self.tr("{n} points are worth a look; they can wait").format(n=len(looks))
        else:
            hint = self.tr("Nothing is left to decide")
        return Foot(self.tr("Continue to the preview"), hint=hint)

    # ---- showing it ----
    def refresh(self) -> None:
        facts = self.desk.facts
        if facts is None or facts.report is None:
            return
        findings = sorted(facts.report.findings, key=lambda f: _ORDER[f.severity])
        self._show_chips(findings)
        self._show_rows([f for f in findings if f.severity != "fine"], findings)
        self._on_busy(self.desk.busy, -1)
        self.done.set_steps(facts.draft.steps)
        self.sum.set(facts.table.rows_in_file, facts.report.rows_left)
        self.effect.hide()
        self._foreseen = ""
        if self.rows and self.isVisible():
            self._foresee(self.rows[0].finding)
        self.foot_changed.emit()

    def _show_chips(self, findings: list[Finding]) -> None:
        words = {
            "blocks": self.tr("{n} needs your decision"),
            "look": self.tr("{n} worth a look"),
            "fine": self.tr("{n} fine"),
        }
        tones = {"blocks": "bad", "look": "warn", "fine": "ok"}
        for key, chip in self._chips.items():
            count = sum(1 for finding in findings if finding.severity == key)
            chip.set(words[key].format(n=count) if count else "", tones[key])

    def _show_rows(self, open_findings: list[Finding], findings: list[Finding]) -> None:
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.rows = []
        for finding in open_findings:
            if self.rows:
                column.addWidget(line())
            row = ReportRow(finding)
            row.remedy.connect(self._on_remedy)
            row.rows_wanted.connect(self._on_rows_wanted)
            row.moved.connect(self._on_moved)
            row.focused.connect(self._foresee)
            self.rows.append(row)
            column.addWidget(row)
        fine = [finding for finding in findings if finding.severity == "fine"]
        if fine:
            if self.rows:
                column.addWidget(line())
            column.addWidget(self._fine_line(fine))
        self._card.body.replaceWidget(self._inside, fresh)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = fresh

    def _fine_line(self, fine: list[Finding]) -> QWidget:
        """All that needs nothing, folded into one line."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(16, 12, 18, 12)
        row.setSpacing(12)
        row.addWidget(IconLabel("circle-check", "ok", 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        titles = [finding.title for finding in fine]
        titles[1:] = [title[0].lower() + title[1:] for title in titles[1:]]
        words.addWidget(text(", ".join(titles), "h3", wrap=True))
        said = " ".join(finding.sentence for finding in fine if finding.sentence)
        words.addWidget(text(said, "small", wrap=True))
        row.addLayout(words, 1)
        count = QVBoxLayout()
        count.setSpacing(0)
        for label in (text("0", "h2"), text(self.tr("open"), "small")):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            count.addWidget(label)
        count.addStretch(1)
        row.addLayout(count)
        return box

    # ---- what a person does ----
    def _on_remedy(self, finding: object) -> None:
        assert isinstance(finding, Finding)
        self.desk.apply(finding.remedy_title, finding.step_key)

    def _foresee(self, finding: object) -> None:
        """Show what the remedy of this line would do to real rows."""
        assert isinstance(finding, Finding)
        if not finding.step_key or finding.key == self._foreseen:
            return
        self._foreseen = finding.key
        lengths = self.desk.lengths

        def work(session: DraftSession) -> Effect:
            return foresee(session, finding.step_key, lengths)

        def done(effect: Effect) -> None:
            if self._foreseen == finding.key:
                self.effect.show_effect(finding.remedy_title, effect)

        self.desk.ask(work, done)

    def _on_busy(self, doing: str, share: float) -> None:
        if doing:
            self._checked.setText(doing)
        elif self.desk.facts is not None and self.desk.facts.report is not None:
            words = self.tr("Checked {n} rows")
            count = format_count(self.desk.facts.report.rows_in)
            self._checked.setText(words.format(n=count))

    def _on_moved(self, step: int) -> None:
        target = step + next(i for i, row in enumerate(self.rows) if row is self.sender())
        if 0 <= target < len(self.rows):
            self.rows[target].setFocus(Qt.FocusReason.TabFocusReason)

    def _on_rows_wanted(self, finding: object) -> None:
        assert isinstance(finding, Finding)
        facts = self.desk.facts
        row = next((r for r in self.rows if r.finding is finding), None)
        if facts is None or row is None:
            return
        self.desk.ask(partial(_read_rows, finding.rows[:SHOWN_ROWS], facts), row.show_rows)


def _read_rows(numbers: list[int], facts: Facts, session: DraftSession) -> Lines:
    """The first two columns with a role of these rows, as they stand in the file."""
    if session.table is None:
        return []
    wanted = set(numbers)
    columns = [name for name in session.table.column_names if name in facts.draft.mapping][:2]
    lines: Lines = []
    for row in session.table.rows():
        if int(row["_row"] or 0) in wanted:
            cells = [str(row.get(name) or "") for name in columns] + ["", ""]
            lines.append((str(row["_row"]), cells[0], cells[1]))
    return lines
