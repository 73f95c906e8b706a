"""What finished runs taught about the memory of each card, and the way to forget it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_bytes, plural
from ftstudio.planning.margin import RUNS_NEEDED, upper_quantile
from ftstudio.planning.measured import Record, corrections
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.text import text


class LearnedCard(Card):
    """`forget` carries the card's name, empty for the processor."""

    forget = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_title(self.tr("Learned from finished runs"), "gauge")
        self.body.addWidget(
            text(
                self.tr(
                    "What runs really took corrects the next forecast of memory, time and energy "
                    "on the same card."
                ),
                "small",
                wrap=True,
            )
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        self.show_records([])

    def show_records(self, records: list[Record]) -> None:
        empty(self._rows)
        cards = sorted({record.card for record in records})
        for card in cards:
            self._rows.addWidget(line())
            self._rows.addWidget(self._row(card, [r for r in records if r.card == card]))
        if not cards:
            words = self.tr("Nothing yet: the first finished run is the first lesson.")
            self._rows.addWidget(text(words, "muted", wrap=True))

    def _row(self, card: str, records: list[Record]) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = card or self.tr("Processor")
        words.addWidget(text(name, "h3"))
        said = " ".join(learned_words(self, card, records))
        words.addWidget(text(said, "small", wrap=True))
        row.addLayout(words, 1)
        forget = button(self.tr("Forget"), "secondary", small=True)
        forget.setAccessibleName(self.tr("Forget what was learned about {card}").format(card=name))
        forget.clicked.connect(lambda: self.forget.emit(card))
        row.addWidget(forget)
        return holder


def _counts(owner: QWidget, records: list[Record]) -> list[str]:
    """A trial before the start teaches too, but is no run that a person would remember."""
    trials = sum(1 for record in records if record.trial)
    said = []
    for count, one, several in (
        (len(records) - trials, owner.tr("1 finished run."), owner.tr("{n} finished runs.")),
        (trials, owner.tr("1 dry run."), owner.tr("{n} dry runs.")),
    ):
        if count:
            said.append(plural(count, one, several))
    return said


def learned_words(owner: QWidget, card: str, records: list[Record]) -> list[str]:
    """In sentences: how many runs, the context, how near the forecasts came, the power."""
    made = corrections(records, card)
    said = _counts(owner, records)
    if made.context:
        said.append(owner.tr("CUDA itself takes {size}.").format(size=format_bytes(made.context)))
    for how, words in (
        ("exact", owner.tr("Counted figures: runs took {percent} % of them at most.")),
        ("instant", owner.tr("Quick figures: runs took {percent} % of them at most.")),
    ):
        residuals = corrections(records, card, how).residuals
        if residuals:
            said.append(words.format(percent=f"{100 * (1 + upper_quantile(residuals)):.1f}"))
            if len(residuals) < RUNS_NEEDED:
                said.append(
                    owner.tr("The margin follows after {count} of them.").format(count=RUNS_NEEDED)
                )
    if made.watts:
        said.append(owner.tr("{watts} W on average.").format(watts=f"{made.watts:.0f}"))
    return said
