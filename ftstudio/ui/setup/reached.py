"""How a memory figure was reached: its two faces, every part in plain words, and the reasons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.units import format_bytes, format_when
from ftstudio.planning.machine import Device
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.proposal import Proposal
from ftstudio.planning.tried import Tried
from ftstudio.ui.setup.desk import SetupDesk
from ftstudio.ui.setup.parts_list import PartsList
from ftstudio.ui.setup.settings_card import Popup
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, Chip, line
from ftstudio.ui.widgets.figure_words import figure
from ftstudio.ui.widgets.text import text

_WIDTH = 560
_MOST_REASONS = 6


class ReachedPopup(Popup):
    """`try_it` when a trial is asked for."""

    try_it = Signal()

    def __init__(
        self, memory: MemoryEstimate, device: Device, tried: Tried | None, why_not_try: str,
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self.column.setSpacing(10)
        self._memory, self._device = memory, device
        self._add_title()
        self.column.addLayout(self._make_faces())
        self.parts = PartsList()
        self.parts.show_parts(memory, device)
        self.column.addWidget(self.parts)
        ram = self._ram_words()
        if ram:
            self.column.addWidget(text(ram, "small", wrap=True))
        self.column.addWidget(line())
        self.reasons = reasons(self, memory, device, tried)
        for words in self.reasons:
            self.column.addWidget(text(words, "small", wrap=True))
        self._add_foot(why_not_try)

    def _add_title(self) -> None:
        row = QHBoxLayout()
        row.addWidget(text(self.tr("How this figure was reached"), "h2"))
        row.addStretch(1)
        word, tone = how_words(self, self._memory)
        row.addWidget(Chip(word, tone))
        self.column.addLayout(row)

    def _make_faces(self) -> QHBoxLayout:
        """The two figures that are both true."""
        row = QHBoxLayout()
        row.setSpacing(12)
        on_card = self._device == "cuda"
        if self._memory.how == "measured":
            shown = self.tr(
                "What the trial took at its fullest moment, and what checks are foretold to take "
                "beyond it; no margin is added."
            )
        elif on_card:
            shown = self.tr("What nvidia-smi will show at the fullest moment, with a margin.")
        else:
            shown = self.tr("What the process will hold at the fullest moment, with a margin.")
        least = (
            self.tr("The least free memory with which it still runs, slower: PyTorch gives back "
                    "what it keeps in reserve before it fails.")
            if on_card
            else self.tr("The least free memory with which it still runs.")
        )  # fmt: skip
        named = self.tr("in nvidia-smi") if on_card else self.tr("of the computer's memory")
        row.addWidget(_face(figure(self, self._memory), named, shown), 1)
        row.addWidget(_face(format_bytes(self._memory.least), self.tr("at the least"), least), 1)
        return row

    def _ram_words(self) -> str:
        memory = self._memory
        if self._device == "cpu" or not memory.ram_total:
            return ""
        words = ram_words(self)
        parts = [
            f"{words.get(name, name)} {format_bytes(size)}"
            for name, size in memory.ram.items()
            if size > 0
        ]
        return self.tr("The computer's own memory: {total} ({parts}).").format(
            total=format_bytes(memory.ram_total), parts=", ".join(parts)
        )

    def _add_foot(self, why_not_try: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = self.tr("Try it on the card") if self._device == "cuda" else self.tr("Try it here")
        self.trial = button(words, "secondary", "gauge", small=True)
        self.trial.setEnabled(not why_not_try)
        self.trial.clicked.connect(self._on_try)
        row.addWidget(self.trial)
        self.hint = text(
            why_not_try or self.tr("Three steps on the longest rows; nothing is kept."),
            "small", wrap=True,
        )  # fmt: skip
        row.addWidget(self.hint, 1)
        done = button(self.tr("Done"), "secondary", small=True)
        done.clicked.connect(self.close)
        row.addWidget(done)
        self.column.addLayout(row)

    def _on_try(self) -> None:
        self.close()
        self.try_it.emit()


def show_reached(
    desk: SetupDesk, beside: QWidget, stage: Proposal | None = None
) -> ReachedPopup | None:
    """For what is on the desk, or a stage of it, under the widget that was clicked."""
    made, situation, ahead = stage or desk.proposal, desk.situation, desk.foresight
    if made is None or situation is None:
        return None
    popup = ReachedPopup(
        made.memory,
        situation.machine.device,
        None if stage else ahead.tried,
        ahead.why_not_try(),
        beside,
    )
    popup.try_it.connect(ahead.try_now)
    popup.open_under(beside)
    return popup


def _face(size: str, name: str, explained: str) -> Card:
    card = Card(tone="soft", margin=12, spacing=2)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(text(size, "number"))
    head.addWidget(text(name, "small"))
    head.addStretch(1)
    card.body.addLayout(head)
    card.body.addWidget(text(explained, "small", wrap=True))
    card.body.addStretch(1)
    card.setAccessibleName(f"{name}: {size}. {explained}")
    return card


def how_words(owner: QWidget, memory: MemoryEstimate) -> tuple[str, str]:
    """A word for the way, and the tone of its chip."""
    return {
        "instant": (owner.tr("Quick guess"), "neutral"),
        "exact": (owner.tr("Counted step by step"), "accent"),
        "measured": (owner.tr("Measured here"), "ok"),
    }[memory.how]


def reasons(
    owner: QWidget, memory: MemoryEstimate, device: Device, tried: Tried | None
) -> list[str]:
    found = list(memory.why[:_MOST_REASONS])
    if not found:
        found.append(
            owner.tr("Every step was played through with the real model and trainer, without its "
                     "weights, and each piece of memory noted.")
            if memory.how == "exact"
            else owner.tr("Calculated from the model's sizes, the settings and the longest rows; "
                          "nothing was played through yet.")
        )  # fmt: skip
    if memory.low != memory.high:
        found.append(
            owner.tr("It can't be told better than between {low} and {high}.").format(
                low=format_bytes(memory.low), high=format_bytes(memory.high)
            )
        )
    if tried is not None and memory.how != "measured":  # there it stands first already
        found.append(tried_words(owner, tried))
    return found


def tried_words(owner: QWidget, tried: Tried) -> str:
    when = format_when(tried.when)
    if not tried.ran:
        return owner.tr("Tried here ({when}): it ran out of memory.").format(when=when)
    return owner.tr("Tried here ({when}): it took {size} on the longest rows.").format(
        when=when, size=format_bytes(tried.peak)
    )


def ram_words(owner: QWidget) -> dict[str, str]:
    return {
        "process": owner.tr("Python and libraries"),
        "loading": owner.tr("loading the model"),
        "training": owner.tr("training"),
        "paged optimizer": owner.tr("paged optimizer"),
        "offload": owner.tr("what is moved off the card"),
    }
