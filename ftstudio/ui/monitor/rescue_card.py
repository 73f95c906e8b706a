"""What can be done after a run ran out of memory: a row for each change, the mildest first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.plan import Plan
from ftstudio.core.units import format_bytes, format_count
from ftstudio.jobs.easing import may_ease
from ftstudio.planning.ladder import Rung
from ftstudio.planning.memory import Fit
from ftstudio.planning.rescue import OF_ANOTHER_METHOD, Rescue
from ftstudio.ui.monitor.need_bar import NeedBar
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.choice_cards import ChoiceCard, ChoiceGroup
from ftstudio.ui.widgets.figure_words import FIT_TONES, fit_words, held_words
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.rung_words import rung_words, used_words
from ftstudio.ui.widgets.text import IconLabel, text

_BAR_WIDTH = 190
_ONE_LINE = 40  # characters
SAME = "same"


class RescueCard(Card):
    """`go_on` and `start_anew` carry what changes: training settings, and answers of a set-up."""

    go_on = Signal(object)
    start_anew = Signal(object)
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=10)
        head = self.add_title(self.tr("What can be done"))
        self.about = text("", "small")
        head.addWidget(self.about)
        self._used = QVBoxLayout()
        self._used.setSpacing(6)
        self.body.addLayout(self._used)
        self.group = ChoiceGroup(1)
        self.group.set_gap(8)
        self.group.chosen.connect(self._on_chosen)
        self.body.addWidget(self.group)
        self.held = text("", "small", wrap=True)
        self.body.addWidget(self.held)
        self.body.addStretch(1)
        self._build_foot()
        self._rungs: dict[str, Rung] = {}
        self._titles: dict[str, str] = {}
        self._plan: Plan | None = None
        self._step, self._resumable = 0, False

    def _build_foot(self) -> None:
        """Stands under the page, always in view."""
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(32, 10, 32, 16)
        row.setSpacing(14)
        self.sentence = text("", "muted", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.act = button("", "primary")
        self.act.clicked.connect(self._on_act)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.act)
        self.foot.hide()

    def show_rescue(self, found: Rescue, plan: Plan, step: int, resumable: bool) -> None:
        """`step`: of the last version, from which the run can go on; 0 where there is none."""
        self._plan, self._step = plan, step
        self._resumable = resumable
        self.about.setText(self.tr("the mildest first · forecast for the longest rows"))
        self._show_used(found)
        self._rungs = {SAME: _unchanged(found)}
        for number, rung in enumerate(found.rungs):
            self._rungs[f"{number} {rung.key}"] = rung
        self.group.clear()
        best = self._best()
        scale = max(found.machine.total_bytes, *(rung.high for rung in self._rungs.values()))
        for key, rung in self._rungs.items():
            card = self._row(key, rung, found, scale, key == best)
            self.group.add(card)
        held = held_words(self, found.machine)
        self.held.setText(self.tr("Now {held}.").format(held=held) if held else "")
        self.held.setVisible(bool(held))
        self.group.select(best or SAME)
        self._show_act()

    def _best(self) -> str:
        """The mildest change that is enough; what failed once is not."""
        fit = [k for k, rung in self._rungs.items() if k != SAME and rung.fit != "does not fit"]
        return fit[0] if fit else ""

    def _show_used(self, found: Rescue) -> None:
        empty(self._used)
        for key in found.used:
            title = used_words(self, key)
            row = QHBoxLayout()
            row.setContentsMargins(16, 0, 16, 0)
            row.setSpacing(10)
            row.addWidget(IconLabel("check", "ok", 16))
            row.addWidget(text(title, "h3"))
            row.addWidget(text(self.tr("on already"), "small"))
            row.addStretch(1)
            holder = QWidget()
            holder.setLayout(row)
            self._used.addWidget(holder)

    def _row(self, key: str, rung: Rung, found: Rescue, scale: int, best: bool) -> ChoiceCard:
        title, price = self._words(key, rung, found)
        self._titles[key] = title
        size = _size(self, rung)
        fit = fit_words(self, rung.fit)
        card = ChoiceCard(key, title)
        card.setAccessibleName(f"{title}, {size}, {fit}")
        card.setAccessibleDescription(price)
        card.heading.setProperty("role", "h3")
        if len(title) > _ONE_LINE:
            card.heading.setWordWrap(True)
            card.title_row.setStretch(0, 100)
        if best:
            card.title_row.insertWidget(1, Chip(self.tr("Best"), "ok"))
        whole, left, right = QHBoxLayout(), QVBoxLayout(), QVBoxLayout()
        whole.setSpacing(18)
        left.setSpacing(2)
        card.body.removeItem(card.title_row)
        left.addLayout(card.title_row)
        left.addWidget(text(price, "small", wrap=True))
        left.addStretch(1)
        bar = NeedBar(rung.high, found.machine.free_bytes, scale)
        bar.setFixedWidth(_BAR_WIDTH)
        figures = QHBoxLayout()
        figures.addWidget(text(size, "h3"))
        figures.addStretch(1)
        word = text(fit, "small")
        word.setProperty("tone", FIT_TONES[rung.fit])
        figures.addWidget(word)
        right.setSpacing(2)
        right.addWidget(bar)
        right.addLayout(figures)
        right.addStretch(1)
        whole.addLayout(left, 1)
        whole.addLayout(right)
        card.body.addLayout(whole)
        card.body.setContentsMargins(14, 9, 14, 9)
        return card

    def _words(self, key: str, rung: Rung, found: Rescue) -> tuple[str, str]:
        if key == SAME:
            words = self.tr("It ran out with these settings; it may again on the same rows.")
            if rung.fit != "does not fit":
                words = self.tr("More may be free now than then, but it can fail again on the "
                                "longest rows.")  # fmt: skip
            return self.tr("Go on unchanged"), words
        title, price = rung_words(self, rung, found.proposal)
        if not self._goes_on(key):
            again = self.tr("{price}. Starts again from the beginning.")
            price = again.format(price=price.rstrip("."))
        return title, price

    def _goes_on(self, key: str) -> bool:
        rung, plan = self._rungs[key], self._plan
        if not self._resumable or plan is None:
            return False
        return key == SAME or (not rung.method and may_ease(plan, rung.changes))

    # ---- the chosen one ----

    @property
    def goes_on(self) -> bool:
        """Whether the chosen change goes on from the last version."""
        return self._goes_on(self.group.current() or SAME)

    def _on_chosen(self) -> None:
        self._show_act()
        self.chosen.emit()

    def _show_act(self) -> None:
        key = self.group.current() or SAME
        rung, title = self._rungs[key], self._titles[key]
        if self.goes_on:
            step = format_count(self._step)
            self.sentence.setText(self.tr("Continues from step {step}.").format(step=step))
        else:
            self.sentence.setText(
                self.tr("Opens the set-up with this change; this run stays as it is.")
            )
        size = _size(self, rung)
        if key == SAME:
            words = self.tr("Continue unchanged") if self.goes_on else self.tr("Start again …")
        elif len(title) > 32:
            words = self.tr("Continue") if self.goes_on else self.tr("New run with it …")
        elif self.goes_on:
            words = self.tr("Continue: {change}")
        elif rung.method:
            words = "{change} …"
        else:
            words = self.tr("New run: {change} …")
        words = self.tr("{what} · {size}").format(what=words, size=size)
        self.act.setText(words.format(change=title[:1].lower() + title[1:]))
        self.act.setAccessibleDescription(self.sentence.text())

    def _on_act(self) -> None:
        key = self.group.current() or SAME
        rung = self._rungs[key]
        if self.goes_on:
            self.go_on.emit(dict(rung.changes))
        elif rung.method:
            self.start_anew.emit({"method": rung.method, "training": OF_ANOTHER_METHOD})
        else:
            self.start_anew.emit({"training": dict(rung.changes)} if rung.changes else {})

    def rungs(self) -> dict[str, Rung]:
        """By the keys of their rows."""
        return self._rungs

    def enable(self, on: bool) -> None:
        self.act.setEnabled(on)


def _unchanged(found: Rescue) -> Rung:
    """What failed once is tight at best, however much is free now."""
    made = found.proposal
    fit: Fit = "tight" if made.fit == "fits" else made.fit
    memory = made.memory
    return Rung(SAME, {}, memory.shown, fit, True, high=memory.high, rough=memory.how == "instant")


def _size(owner: QWidget, rung: Rung) -> str:
    if rung.high > rung.total:
        return owner.tr("up to {size}").format(size=format_bytes(rung.high))
    size = format_bytes(rung.total)
    return owner.tr("≈ {size}").format(size=size) if rung.rough else size
