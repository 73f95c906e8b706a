"""How the rows are divided, to scale, and whether a question stands on both sides."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.sides.split import FEWEST, SplitChoice
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.dataset.split_bar import PARTS, SplitBar
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

_SHARES = (0, 5, 10, 15, 20, 30)  # percent
_TEXTS = ("label", "number", "text")


class SplitCard(Card):
    split_chosen = Signal(object)  # SplitChoice

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, spacing=8)
        head = QHBoxLayout()
        head.addWidget(text(self.tr("Split"), "h2"))
        head.addStretch(1)
        self._seed = text("", "small")
        head.addWidget(self._seed)
        self.body.addLayout(head)
        self.bar = SplitBar()
        self.body.addWidget(self.bar)
        self.body.addLayout(self._make_legend())
        self.body.addLayout(self._make_leaks())
        self._shown = SplitChoice()

    def _make_legend(self) -> QHBoxLayout:
        legend = QHBoxLayout()
        legend.setSpacing(6)
        names = {
            "validation": self.tr("Validation"),
            "test": self.tr("Test"),
        }
        helps = {
            "validation": self.tr("Never learned from; tells during training how well it goes."),
            "test": self.tr("Never looked at before the end; for the last judgement."),
        }
        self._names = names
        self._counts: dict[str, ElidedLabel] = {}
        self.shares: dict[str, QComboBox] = {}
        for part, token in PARTS:
            if part == "train":  # the bar says it
                continue
            dot = Tinted(token, radius=3)
            dot.setFixedSize(10, 10)
            self._counts[part] = ElidedLabel(names[part], "small")
            box = QComboBox()
            box.setProperty("sz", "small")
            box.setFixedWidth(80)
            box.setAccessibleName(self.tr("Share of {part}").format(part=names[part]))
            box.setToolTip(helps[part])
            box.activated.connect(self._on_chosen)
            self.shares[part] = box
            legend.addWidget(dot)
            legend.addWidget(self._counts[part], 3 if part == "validation" else 2)
            legend.addWidget(box)
        legend.insertSpacing(3, 8)
        return legend

    def _make_leaks(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._leak_icon = IconLabel("circle-check", "ok", 16)
        self._leak = text("", "small", wrap=True)
        row.addWidget(self._leak_icon)
        row.addWidget(self._leak, 1)
        return row

    def show_facts(self, facts: Facts) -> None:
        self._shown = facts.draft.split
        self.bar.set_counts(facts.counts)
        seed = self.tr("fixed by seed {n}; new rows hardly move others")
        self._seed.setText(seed.format(n=facts.draft.split.seed))
        for part, label in self._counts.items():
            words, count = self.tr("{part} · {n}"), format_count(facts.counts.get(part, 0))
            label.setText(words.format(part=self._names[part], n=count))
        for part, share_now in (
            ("validation", facts.draft.split.validation), ("test", facts.draft.split.test),
        ):  # fmt: skip
            self._fill(self.shares[part], round(share_now * 100))
        self._show_leaks(facts)

    def _show_leaks(self, facts: Facts) -> None:
        held = facts.counts.get("validation", 0) + facts.counts.get("test", 0)
        if facts.leaks:
            one = self.tr("1 question stands on both sides; the validation is too kind.")
            many = self.tr("{n} questions stand on both sides; the validation is too kind.")
            if facts.kind in _TEXTS:
                one = self.tr("1 text stands on both sides; the validation is too kind.")
                many = self.tr("{n} texts stand on both sides; the validation is too kind.")
            words = plural(facts.leaks, one, many)
            self._leak_icon.set_icon("circle-alert", "bad")
        elif held:
            words = self.tr("No question stands on both sides: {n} checked, 0 found.")
            if facts.kind in _TEXTS:
                words = self.tr("No text stands on both sides: {n} checked, 0 found.")
            words = words.format(n=format_count(facts.total))
            untried = len(facts.few.classes) if facts.few else 0
            if untried:
                one = self.tr("1 class has no row to check with.")
                words += " " + plural(
                    untried, one, self.tr("{n} classes have no row to check with.")
                )
            elif facts.kind == "label":
                words += " " + self.tr("Every class gives its share.")
            look = ("triangle-alert", "warn") if untried else ("circle-check", "ok")
            self._leak_icon.set_icon(*look)
        elif facts.total < FEWEST:
            words = self.tr("Fewer than {n} rows: all are learned from, none can be held back.")
            words = words.format(n=FEWEST)
            self._leak_icon.set_icon("triangle-alert", "warn")
        else:
            words = self.tr("Nothing is held back: no one will see whether it learns by heart.")
            self._leak_icon.set_icon("triangle-alert", "warn")
        self._leak.setText(words)
        told_below = bool(held) and (bool(facts.leaks) or facts.kind != "label")
        self._leak.setHidden(told_below)  # the leak card tells more
        self._leak_icon.setHidden(told_below)

    def _fill(self, box: QComboBox, percent: int) -> None:
        box.clear()
        for share in sorted({*_SHARES, percent}):
            box.addItem(self.tr("{n} %").format(n=share), share)
        box.setCurrentIndex(box.findData(percent))

    def _on_chosen(self) -> None:
        chosen = self._shown.model_copy(
            update={part: box.currentData() / 100 for part, box in self.shares.items()}
        )
        if chosen != self._shown:
            self.split_chosen.emit(chosen)
