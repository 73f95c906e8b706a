"""A recipe on this file: what it would do here beside what it did then, before it is applied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.drafting.replay import DryRun, StepDifference
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import only_marks
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.text import IconLabel, text


class RecipeDialog(DialogFrame):
    """Nothing has been done yet; accepted, the recipe takes the place of what was done so far."""

    def __init__(self, dry: DryRun, parent: QWidget | None = None) -> None:
        super().__init__(parent, 800, 580)
        self.dry = dry
        self.setWindowTitle(self.tr("Apply a recipe"))
        name = dry.recipe.name or self.tr("without a name")
        self.set_head(self.tr("Recipe “{name}”").format(name=name), words=self._verdict(dry))
        self.verdict = self.words
        self.remarks = [self._remark(tone, words) for tone, words in self._said(dry)]
        for remark in self.remarks:
            self.body.addWidget(remark)
        card = Card(margin=16)
        card.body.addWidget(PageArea(self._table(dry)))
        self.body.addWidget(card, 1)
        self._make_words(dry)

    def _verdict(self, dry: DryRun) -> str:
        if dry.problems:
            return self.tr("It can't be used on this file: {why}").format(why=dry.problems[0])
        if dry.identical:
            return self.tr("It is the same file as then: every step gives the very same rows.")
        words = self.tr(
            "Nothing is done yet. Examples then: {a}, of which {b} were kept. Examples in this "
            "file: {c}, of which {d} would be kept."
        )
        counts = (dry.examples_then, dry.left_then, dry.examples_now, dry.left_now)
        return words.format(**dict(zip("abcd", map(format_count, counts), strict=True)))

    def _said(self, dry: DryRun) -> list[tuple[str, str]]:
        said = []
        if dry.missing:
            words = self.tr("Columns that the recipe reads and this file lacks: {names}.")
            said.append(("bad", words.format(names=", ".join(dry.missing))))
        if dry.renamed:
            pairs = ", ".join(f"“{old}” → “{new}”" for old, new in dry.renamed.items())
            said.append(
                ("warn", self.tr("Taken for the same column: {pairs}.").format(pairs=pairs))
            )
        if dry.new:
            words = self.tr("New columns, which the recipe ignores: {names}.")
            said.append(("muted", words.format(names=", ".join(dry.new))))
        if dry.no_example:
            one = self.tr("1 row of this file makes no example.")
            many = self.tr("{n} rows of this file make no example.")
            said.append(("warn", plural(dry.no_example, one, many)))
        return said

    def _remark(self, tone: str, words: str) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        icons = {"bad": "circle-alert", "warn": "triangle-alert", "muted": "info"}
        row.addWidget(IconLabel(icons[tone], tone, 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text(words, "small", wrap=True), 1)
        return box

    def _table(self, dry: DryRun) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for column, words in enumerate((self.tr("Step"), self.tr("Then"), self.tr("On this file"))):
            grid.addWidget(text(words, "small"), 0, column)
        if not dry.steps:
            words = (
                self.tr("No step can be tried.") if dry.problems else self.tr("It has no steps.")
            )
            grid.addWidget(text(words, "muted"), 1, 0, 1, 3)
        for place, one in enumerate(dry.steps, 1):
            grid.addWidget(self._step(place, one), place, 0)
            grid.addWidget(text(self._did(one.then)), place, 1)
            now = text(self._did(one.now) if one.now else self.tr("passed over"), wrap=True)
            differs = one.now is None or self._did(one.now) != self._did(one.then)
            restyle(now, "tone", "warn" if differs else "")
            grid.addWidget(now, place, 2)
        grid.setRowStretch(len(dry.steps) + 2, 1)
        return box

    def _step(self, place: int, one: StepDifference) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(text(f"{place}. {one.title}", "h3"))
        if one.remark:
            column.addWidget(text(one.remark, "small", wrap=True))
        return box

    def _did(self, step: AppliedStep) -> str:
        if step.off:
            return self.tr("switched off")
        said = []
        changed = self.tr("{n} marked") if only_marks(step.key) else self.tr("{n} changed")
        for count, words in (
            (step.removed, self.tr("{n} left out")),
            (step.changed, changed),
            (step.added, self.tr("{n} added")),
        ):
            if count:
                said.append(words.format(n=format_count(count)))
        return ", ".join(said) or self.tr("nothing to do")

    def _make_words(self, dry: DryRun) -> None:
        words = self.tr("It takes the place of the steps so far. You can undo it (Ctrl+Z).")
        self.foot.addWidget(text(words if not dry.problems else "", "small", wrap=True), 1)
        self.set_main(self.tr("Apply it"))
        self.allow(not dry.problems, dry.problems[0] if dry.problems else "")
