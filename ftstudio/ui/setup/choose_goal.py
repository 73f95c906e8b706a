"""What the model should learn: six wishes, of which this version can grant one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.techniques import objectives
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.page import Foot, SetupPage
from ftstudio.ui.widgets.card import Chip, line
from ftstudio.ui.widgets.choice_cards import ChoiceCard, ChoiceGroup
from ftstudio.ui.widgets.text import IconLabel, text

_FEW = 200
_HEIGHT = 204


@dataclass(frozen=True)
class Wish:
    key: str  # of an objective; one that is not there is locked
    title: str
    promise: str
    term: str
    needs: str
    icon: str


class GoalPage(SetupPage):
    key = "goal"

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.group = ChoiceGroup(3)
        self.wishes = {wish.key: wish for wish in wishes(self)}
        self._fits = text("", "small", wrap=True)
        for wish in self.wishes.values():
            self.group.add(self._card(wish))
        self.group.select("instruct")
        column.addWidget(self.group)
        column.addStretch(1)

    def title(self) -> str:
        return self.tr("What should the model learn?")

    def facts(self) -> str:
        dataset = self.desk.dataset
        if dataset is None:
            return ""
        return self.tr("{name} · {count} examples").format(
            name=dataset.name, count=format_count(dataset.total)
        )

    def refresh(self) -> None:
        dataset = self.desk.dataset
        rows = dataset.counts["train"] if dataset else 0
        if not rows:
            self._fits.setText(self.tr("No data chosen yet"))
        elif rows < _FEW:
            self._fits.setText(
                self.tr("Your {count} rows fit, but are few").format(count=format_count(rows))
            )
        else:
            self._fits.setText(self.tr("Your {count} rows fit").format(count=format_count(rows)))
        tone = "warn" if rows < _FEW else "ok"
        self._fits.setProperty("tone", tone)
        self._fits.style().unpolish(self._fits)
        self._fits.style().polish(self._fits)
        self._mark.set_icon("circle-check" if tone == "ok" else "clock", tone)
        self.foot_changed.emit()

    def _card(self, wish: Wish) -> ChoiceCard:
        open_now = wish.key in objectives()
        card = ChoiceCard(wish.key, wish.title, "", "")
        row = card.title_row
        row.insertWidget(0, IconLabel(wish.icon, "accent" if open_now else "muted", 22))
        if open_now:
            row.addWidget(Chip(self.tr("Fits your data"), "accent"))
        card.body.addWidget(text(wish.promise, "muted", wrap=True))
        card.body.addWidget(text(wish.term, "faint", wrap=True))
        card.body.addSpacing(4)
        card.body.addWidget(line())
        card.body.addLayout(self._needs(wish, open_now))
        card.body.addStretch(1)
        card.setAccessibleDescription(f"{wish.promise} {wish.term}. {wish.needs}")
        card.setMinimumHeight(_HEIGHT)
        if not open_now:
            card.set_locked(self.tr("Not available in this version."))
        return card

    def _needs(self, wish: Wish, open_now: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(text(self.tr("Needs"), "small"), 0, 0, top)
        grid.addWidget(text(wish.needs, "small", wrap=True), 0, 1)
        if open_now:
            self._mark = IconLabel("circle-check", "ok", 16)
            grid.addWidget(self._mark, 1, 0, top)
            grid.addWidget(self._fits, 1, 1)
        else:
            grid.addWidget(IconLabel("lock", "muted", 16), 1, 0, top)
            words = self.tr("Not available in this version.")
            grid.addWidget(text(words, "small", wrap=True), 1, 1)
        return grid

    def fit_width(self, width: int) -> None:
        self.group.set_columns(3 if width >= 960 else 2 if width >= 640 else 1)

    def foot(self) -> Foot:
        wish = self.wishes[self.desk.draft.objective]
        return Foot(self.tr("Continue with “{goal}”").format(goal=wish.title))

    def asks(self) -> bool:
        return len(objectives()) > 1


def wishes(owner: QWidget) -> list[Wish]:
    """In the words of the wish; the field's term below."""
    return [
        Wish(
            "instruct", owner.tr("Answers like these"),
            owner.tr("It sees a question and learns to write your kind of answer."),
            owner.tr("Supervised fine-tuning (SFT)"),
            owner.tr("Questions with answers, from about 200. Gains show from 1,000."),
            "messages-square",
        ),
        Wish(
            "classify", owner.tr("Labels for my rows"),
            owner.tr("It sorts each text into one of your classes, or gives it a number."),
            owner.tr("Classification, regression"),
            owner.tr("Texts with a label, 20 or more of each."), "tag",
        ),
        Wish(
            "dpo", owner.tr("Which answer is better"),
            owner.tr("It learns your taste from pairs: this one rather than that one."),
            owner.tr("Preference tuning (DPO, KTO, ORPO)"),
            owner.tr("Pairs of a better and a worse answer, from about 500."), "scale",
        ),
        Wish(
            "continue_pretraining", owner.tr("The language of our field"),
            owner.tr("It reads your documents and picks up terms and turns of phrase."),
            owner.tr("Continued pre-training (DAPT)"),
            owner.tr("Plain documents, from about 1 million words."), "book-open",
        ),
        Wish(
            "rlhf", owner.tr("What people like, in three stages"),
            owner.tr("Answers, then a judge learned from rankings, then practice against it."),
            owner.tr("RLHF: SFT, reward model, PPO"),
            owner.tr("Answers, and about 1,000 ranked pairs."), "list-ordered",
        ),
        Wish(
            "multi_task", owner.tr("Several tasks at once"),
            owner.tr("One model for tickets, claims and more, mixed in shares you choose."),
            owner.tr("Multi-task tuning"),
            owner.tr("Two or more prepared datasets."), "layers",
        ),
    ]  # fmt: skip
