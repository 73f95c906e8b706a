"""The same held-out questions, answered by the growing model at each look: people believe text
sooner than curves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.ui.monitor.run_record import SampleQuestion
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.text import text


class SampleAnswersCard(Card):
    """One question at a time; a slider walks through the steps, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=12)
        self._samples: list[SampleQuestion] = []
        self._index = 0
        self._steps: list[int] = []
        self._newest = True  # the slider follows new answers until it was moved
        head = self.add_title(self.tr("Sample answers"))
        head.insertWidget(1, text(self.tr("to questions it does not learn from"), "faint"))
        self._build_switch(head)
        self._empty = text(
            self.tr(
                "The first answers come before the first step, then at every check on the "
                "validation rows (evaluation)."
            ),
            "muted",
            wrap=True,
        )
        self._content = QWidget()
        self._build_content()
        self.body.addWidget(self._empty)
        self.body.addWidget(self._content)
        self._content.hide()

    def _build_switch(self, head: QHBoxLayout) -> None:
        self._previous = icon_button("chevron-left", self.tr("Previous question"))
        self._next = icon_button("chevron-right", self.tr("Next question"))
        self._which = text("", "small")
        self._previous.clicked.connect(self._on_previous)
        self._next.clicked.connect(self._on_next)
        for part in (self._previous, self._which, self._next):
            head.addWidget(part)

    def _build_content(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        self._question = _prose()
        self._reference = _prose()
        self._first = _prose()
        self._answer = _prose()
        self._first_title = text(self.tr("Before training"), "small")
        self._answer_title = text("", "small")
        rows = (
            (text(self.tr("Question"), "small"), self._question),
            (text(self.tr("Should say"), "small"), self._reference),
            (self._first_title, self._first),
            (self._answer_title, self._answer),
        )
        for row, (title, body) in enumerate(rows):
            title.setMinimumWidth(110)
            title.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(body, row, 1)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setFixedHeight(22)
        self._slider.setAccessibleName(self.tr("Answer after which step"))
        self._slider.valueChanged.connect(self._on_slid)
        self._slider_row = QWidget()
        slide = QHBoxLayout(self._slider_row)
        slide.setContentsMargins(0, 0, 0, 0)
        slide.setSpacing(12)
        slide.addWidget(text(self.tr("Walk through the steps"), "small"))
        slide.addWidget(self._slider, 1)
        box = QVBoxLayout(self._content)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(grid)
        box.addWidget(line())
        box.addWidget(self._slider_row)

    def clear(self) -> None:
        self._index, self._newest = 0, True
        self.show_samples({})

    def show_samples(self, samples: dict[int, SampleQuestion]) -> None:
        self._samples = [samples[i] for i in sorted(samples) if samples[i].answers]
        some = bool(self._samples)
        self._empty.setVisible(not some)
        self._content.setVisible(some)
        for part in (self._previous, self._which, self._next):
            part.setVisible(len(self._samples) > 1)
        if some:
            self._index = min(self._index, len(self._samples) - 1)
            self._renew_slider()

    def _renew_slider(self) -> None:
        old = self._steps[self._slider.value()] if self._steps and not self._newest else None
        self._steps = sorted(self._samples[self._index].answers)
        at = self._steps.index(old) if old in self._steps else len(self._steps) - 1
        self._slider.blockSignals(True)
        self._slider.setRange(0, len(self._steps) - 1)
        self._slider.setValue(at)
        self._slider.blockSignals(False)
        self._slider_row.setVisible(len(self._steps) > 1)
        self._show()

    def _show(self) -> None:
        sample = self._samples[self._index]
        step = self._steps[self._slider.value()]
        self._which.setText(
            self.tr("{index} of {count}").format(index=self._index + 1, count=len(self._samples))
        )
        _set(self._question, sample.question)
        _set(self._reference, sample.reference or self.tr("(no reference)"))
        before = 0 in sample.answers and step != 0
        self._first.setVisible(before)
        self._first_title.setVisible(before)
        if before:
            _set(self._first, sample.answers[0] or self.tr("(it said nothing)"))
        self._answer_title.setText(
            self.tr("Before training") if step == 0
            else self.tr("After step {step}").format(step=format_count(step))
        )  # fmt: skip
        _set(self._answer, sample.answers[step] or self.tr("(it said nothing)"))
        self._slider.setToolTip(self._answer_title.text())

    def _on_previous(self) -> None:
        self._turn(-1)

    def _on_next(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        if self._samples:
            self._index = (self._index + by) % len(self._samples)
            self._renew_slider()

    def _on_slid(self, value: int) -> None:
        self._newest = value == len(self._steps) - 1
        self._show()


def _prose() -> QLabel:
    label = text("", None, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _set(label: QLabel, words: str) -> None:
    """A very long answer is shortened here; the whole one stands in the events file."""
    label.setText(words if len(words) <= 1200 else words[:1200] + " …")
