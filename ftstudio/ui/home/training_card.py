"""The card that says what is training now, or that nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ftstudio.core.units import clock_after, format_count, format_duration, plural
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.meter import Bar
from ftstudio.ui.widgets.text import ElidedLabel, text

if TYPE_CHECKING:  # the first frame shows no run yet
    from ftstudio.jobs.history import RunRow
    from ftstudio.jobs.status import RunStatus


class TrainingCard(Card):
    """`opened` and `pause_asked` carry the run's id."""

    opened = Signal(str)
    pause_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=8)
        self._run_id = ""
        self._chip = Chip("", "accent")
        self.add_title(self.tr("Training now"), "activity").addWidget(self._chip)
        self._name = ElidedLabel("")
        self._facts = ElidedLabel("", "small")
        self._bar = Bar(self)
        self._words = text("", "muted", wrap=True)
        self.body.addWidget(self._name)
        self.body.addWidget(self._facts)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._words)
        self.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.open_button = button(self.tr("Open run"))
        self.pause_button = button(self.tr("Pause"), "link", "pause")
        self.pause_button.setToolTip(
            self.tr("Saves, gives the memory back, and goes on later from the same place")
        )
        self.open_button.clicked.connect(self._on_open)
        self.pause_button.clicked.connect(self._on_pause)
        row.addWidget(self.open_button)
        row.addWidget(self.pause_button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.show_run(None, 0)

    def show_run(self, row: RunRow | None, waiting: int) -> None:
        """The run at work, or None; `waiting` counts those in the queue."""
        self._run_id = row.id if row else ""
        for part in (self._name, self._facts, self._bar, self.open_button, self.pause_button):
            part.setVisible(row is not None)
        if row is None:
            self._chip.set("", "neutral")
            self._words.setText(
                self.tr(
                    "Nothing is training. A run that you start goes on by itself, even when "
                    "this window is closed; you see here how far it is."
                )
            )
            return
        status = row.status
        self._name.setText(row.name)
        self._facts.setText(" · ".join(run_facts(self, row)))
        self._bar.set(status.progress)
        self._words.setText(self._sentence(status, waiting))
        left = status.seconds_left
        if left is None:
            self._chip.set(self.tr("Starting"), "accent")
        else:
            self._chip.set(self.tr("{time} left").format(time=format_duration(left)), "accent")
        self.pause_button.setEnabled(True)

    def _sentence(self, status: RunStatus, waiting: int) -> str:
        if status.phase and status.phase != "training":
            words = status.phase_text or self.tr("Preparing")
            return self._and_waiting(f"{words.rstrip('.…')}…", waiting)
        first, last = status.first_loss, status.validation_loss
        if first is not None and last is not None and len(status.validations) > 1:
            if last < first:
                fall = round(100 * (first - last) / first) if first else 0
                line = self.tr("Loss on unseen examples is down by {percent} %.")
                return self._and_waiting(line.format(percent=fall), waiting)
            line = self.tr("Loss on unseen examples has not fallen yet.")
            return self._and_waiting(line, waiting)
        return self._and_waiting(self.tr("Nothing needs your attention."), waiting)

    def _and_waiting(self, words: str, waiting: int) -> str:
        if not waiting:
            return words
        one = self.tr("One more run waits for its turn.")
        return f"{words} {plural(waiting, one, self.tr('{n} more runs wait for their turn.'))}"

    def _on_open(self) -> None:
        self.opened.emit(self._run_id)

    def _on_pause(self) -> None:
        self.pause_button.setEnabled(False)
        self._words.setText(self.tr("Pausing: it saves, then gives the memory back…"))
        self.pause_asked.emit(self._run_id)


def run_facts(owner: QWidget, row: RunRow) -> list[str]:
    """Model, method, step and the clock time of the end, as far as they are known."""
    from ftstudio.techniques import method_of

    payload = row.spec.payload if row.spec else {}
    status, facts = row.status, []
    model = payload.get("model")
    if isinstance(model, dict) and model.get("name"):
        facts.append(str(model["name"]))
    if method := payload.get("method"):
        known = method_of(str(method))
        facts.append(known.title if known else str(method))
    if status.total_steps:
        words = owner.tr("step {step} of {total}")
        facts.append(
            words.format(step=format_count(status.step), total=format_count(status.total_steps))
        )
    if status.seconds_left is not None:
        clock = clock_after(status.seconds_left)
        facts.append(owner.tr("done about {clock}").format(clock=clock))
    return facts
