"""How far a run is: the phase, the bar, the time left, and one sentence on how it goes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from ftstudio.core.units import clock_after, format_bytes, format_count, format_duration, plural
from ftstudio.jobs.reward_watch import is_of_reward
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.monitor.outcome_words import of_a_finished_run
from ftstudio.ui.monitor.run_record import RunRecord
from ftstudio.ui.monitor.status_sentence import Judgement
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import IconLabel, text

_BAR = 1000
_ICONS = {
    "ok": ("circle-check", "ok"),
    "warn": ("triangle-alert", "warn"),
    "bad": ("circle-alert", "bad"),
    "accent": ("info", "accent"),
    "neutral": ("info", "muted"),
}


class ProgressCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=10)
        top = QHBoxLayout()
        self._title = text("", "h2")
        self._time = text("", "muted")
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._time)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._icon = IconLabel("info", "muted", 18)
        self._sentence = text("", "muted", wrap=True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._icon)
        below.addWidget(self._sentence, 1)
        self.body.addLayout(top)
        self.body.addWidget(self._bar)
        self.body.addLayout(below)

    def title(self) -> str:
        return self._title.text()

    def sentence(self) -> str:
        return self._sentence.text()

    def time_left(self) -> str:
        return self._time.text()

    def show_record(
        self, record: RunRecord, judgement: Judgement, objective: str = "", starting: bool = False
    ) -> None:
        """`starting`: its worker is there, and has told nothing yet."""
        status = record.status
        self._title.setText(self.tr("Starting") if starting else self._title_of(record))
        self._time.setText(self._time_of(status))
        self._show_bar(record)
        sentence, tone = self._sentence_of(record, judgement, objective)
        if starting:
            sentence = self.tr("It is on its way. The model is loaded first.")
        if tone == "ok" and status.state == "running" and any(map(is_of_reward, status.notices)):
            sentence, tone = self.tr("The curve looks well, but heed the warning above."), "warn"
        self._sentence.setText(sentence)
        self._icon.set_icon(*_ICONS[tone])

    # -- words --------------------------------------------------------------

    def _title_of(self, record: RunRecord) -> str:
        status = record.status
        ended = {
            "waiting": self.tr("Waiting to start"),
            "finished": plural(
                status.step, self.tr("Finished after 1 step"), self.tr("Finished after {n} steps")
            ),
            "paused": self.tr("Paused at step {step} of {total}"),
            "stopped": self.tr("Stopped at step {step} of {total}"),
            "failed": self.tr("Ended early at step {step} of {total}"),
            "interrupted": self.tr("Interrupted at step {step} of {total}"),
        }
        if status.state != "running":
            if status.state in ("failed", "interrupted") and not status.total_steps:
                return self.tr("Ended before the first step")
            return ended[status.state].format(
                step=format_count(status.step), total=format_count(status.total_steps)
            )
        if status.step and status.total_steps:
            return self._training_title(record)
        return status.phase_text or self._phase_words().get(status.phase, self.tr("Starting"))

    def _training_title(self, record: RunRecord) -> str:
        status = record.status
        title = self.tr("Step {step} of {total}").format(
            step=format_count(status.step), total=format_count(status.total_steps)
        )
        extra = self._phase_words().get(status.phase, "") if status.phase != "training" else ""
        return f"{title} · {extra}" if extra else title

    def _phase_words(self) -> dict[str, str]:
        return {
            "checking": self.tr("Checking that all is there"),
            "loading": self.tr("Loading the model"),
            "reading": self.tr("Reading the examples"),
            "first_step": self.tr("First step"),
            "training": self.tr("Training"),
            "evaluating": self.tr("trying unseen examples"),
            "saving": self.tr("saving a version"),
            "finishing": self.tr("finishing"),
            "downloading": self.tr("Downloading"),
            "merging": self.tr("Merging"),
            "exporting": self.tr("Exporting"),
        }

    def _time_of(self, status: RunStatus) -> str:
        if status.state == "running":
            if status.seconds_left is None:
                return self.tr("working out the time left") if status.step else ""
            return self.tr("{duration} left · done about {clock}").format(
                duration=format_duration(status.seconds_left),
                clock=clock_after(status.seconds_left),
            )
        if status.active_seconds and status.state != "waiting":
            return self.tr("{duration} of work").format(
                duration=format_duration(status.active_seconds)
            )
        return ""

    def _show_bar(self, record: RunRecord) -> None:
        status, phase = record.status, record.phase
        share, known = status.progress, True
        if status.state == "running" and not status.step:
            share = phase.done / phase.total if phase and phase.total else 0.0
            known = bool(phase and phase.total)
            if phase and phase.total and phase.unit == "bytes":
                self._time.setText(
                    self.tr("{done} of {total}").format(
                        done=format_bytes(phase.done), total=format_bytes(phase.total)
                    )
                )
        self._bar.setRange(0, _BAR if known else 0)
        if known:
            self._bar.setValue(round(share * _BAR))
        tones = {"finished": "ok", "failed": "bad", "interrupted": "warn", "paused": "warn"}
        restyle(self._bar, "tone", tones.get(status.state, ""))

    def _sentence_of(
        self, record: RunRecord, judgement: Judgement, objective: str
    ) -> tuple[str, str]:
        status = record.status
        match status.state:
            case "waiting":
                return self.tr("It starts as soon as the run before it has ended."), "neutral"
            case "running":
                return self._running_sentence(record, judgement)
            case "paused":
                if status.pause_reason:
                    return status.pause_reason, "warn"
                return self.tr(
                    "Everything is saved and the memory is free. Resume goes on from this step."
                ), "neutral"
            case "stopped":
                if status.kept:
                    return self.tr("The best version was kept: step {step}.").format(
                        step=format_count(status.best_step)), "ok"  # fmt: skip
                return self.tr("Nothing was kept, as you asked."), "neutral"
            case "finished":
                return of_a_finished_run(status, objective)
            case _:
                return self.tr("What happened, and what to do, stands above."), "warn"

    def _running_sentence(self, record: RunRecord, judgement: Judgement) -> tuple[str, str]:
        if not record.status.step:
            reason = record.status.device_reason
            return reason or self.tr("It keeps running if you close the window."), "neutral"
        words = QCoreApplication.translate("status_sentence", judgement.template)
        return words.format(**judgement.values), judgement.tone
