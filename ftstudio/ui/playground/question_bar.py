"""Where the question is typed: example chips, how the answer is drawn, Send and Stop."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ftstudio.ui.playground.starting_points import HeldOutQuestion
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.regrid import empty
from ftstudio.ui.widgets.text import text

_LINES = 5
_CHIP_LETTERS = 42
_NARROW = 760


class QuestionField(QPlainTextEdit):
    """Grows to five lines. Enter sends, Shift+Enter starts a new line."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Type a message"))
        self.setAccessibleName(self.tr("Your question to both models"))
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        wanted = max(1, int(self.document().size().height()))
        bar = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            bar.ScrollBarAsNeeded if wanted > _LINES else bar.ScrollBarAlwaysOff
        )
        self.setFixedHeight(min(_LINES, wanted) * self.fontMetrics().lineSpacing() + 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class QuestionBar(QWidget):
    asked = Signal(str)
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self._chip_row = QWidget()
        self._chip_row.setLayout(self._chips)
        self._chips.setContentsMargins(0, 0, 0, 0)
        self._chip_row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._chip_row.hide()
        self.system = QPlainTextEdit()
        self.system.setPlaceholderText(
            self.tr("Instructions for both, such as: You work in a support desk. Answer briefly.")
        )
        self.system.setAccessibleName(self.tr("Instructions · system prompt"))
        self.system.setTabChangesFocus(True)
        self.system.setFixedHeight(64)
        self.system.hide()
        column.addWidget(self._chip_row)
        column.addLayout(self._build_options())
        column.addWidget(self.system)
        column.addLayout(self._build_question())
        self._ready = self._busy = self._waiting = False
        self.set_state(ready=False, busy=False)

    def _build_options(self) -> QBoxLayout:
        self.temperature = QSlider(Qt.Orientation.Horizontal)
        self.temperature.setRange(0, 15)
        self.temperature.setValue(7)
        self.temperature.setFixedSize(110, 22)
        self.temperature.setAccessibleName(self.tr("Variety · temperature"))
        self.temperature.setToolTip(
            self.tr(
                "0 always gives the likeliest answer; 0.7 is lively; above 1 it begins to ramble."
            )
        )
        self.temperature.valueChanged.connect(self._on_temperature)
        self._temperature_word = text("", "small")
        self.length = QSpinBox()
        self.length.setRange(8, 4096)
        self.length.setFixedWidth(130)
        self.length.lineEdit().setTextMargins(8, 0, 0, 0)
        self.length.setSingleStep(32)
        self.length.setValue(160)
        self.length.setSuffix(self.tr(" tokens"))
        self.length.setAccessibleName(self.tr("Longest answer"))
        self.length.setToolTip(self.tr("A token is about three quarters of a word."))
        self.same_chance = QCheckBox(self.tr("Same chance each time"))
        self.same_chance.setChecked(True)
        self.same_chance.setToolTip(
            self.tr(
                "The same question gives the same answer again: a fixed seed. Both models always "
                "get the same one."
            )
        )
        self.instructions = QCheckBox(self.tr("Instructions"))
        self.instructions.setToolTip(self.tr("Text that both models read first: system prompt."))
        self.instructions.toggled.connect(self.system.setVisible)
        words = text(self.tr("Variety"), "small"), text(self.tr("Longest answer"), "small")
        self._options = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._options.setSpacing(10)
        for group in (
            (words[0], self.temperature, self._temperature_word, words[1], self.length),
            (self.same_chance, self.instructions),
        ):
            row = QHBoxLayout()
            row.setSpacing(10)
            for part in group:
                row.addWidget(part)
            last = group[0] is self.same_chance
            row.addStretch(1 if last else 0)
            self._options.addLayout(row, 1 if last else 0)
        self._on_temperature(7)
        return self._options

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        self._options.setDirection(way.TopToBottom if self.width() < _NARROW else way.LeftToRight)
        self._show_fitting_chips()

    def _show_fitting_chips(self) -> None:
        """Only whole chips: one that would be cut stays away."""
        room = self.width()
        for at in range(self._chips.count()):
            item = self._chips.itemAt(at)
            if item is not None and (widget := item.widget()) is not None:
                room -= widget.sizeHint().width() + self._chips.spacing()
                widget.setVisible(room >= 0)

    def _build_question(self) -> QHBoxLayout:
        self.field = QuestionField()
        self.field.sent.connect(self._on_send)
        self.field.textChanged.connect(self._renew)
        self.send = button(self.tr("Send"), "primary", "send")
        self.send.clicked.connect(self._on_send)
        self.stop = button(self.tr("Stop"), "danger", "square")
        self.stop.clicked.connect(self.stop_asked)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.field, 1)
        row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def set_state(self, ready: bool, busy: bool) -> None:
        self._ready, self._busy = ready, busy
        self.send.setVisible(not busy)
        self.stop.setVisible(busy)
        self._renew()
        if self._waiting and self.send.isEnabled():
            self._on_send()

    def _renew(self) -> None:
        self.send.setEnabled(self._ready and not self._busy and bool(self.question()))
        if not self._ready:
            self.send.setAccessibleDescription(self.tr("The model is not loaded yet."))
        waits = self._waiting and not self._ready
        self.send.setText(self.tr("Sent when loaded") if waits else self.tr("Send"))

    def question(self) -> str:
        return self.field.toPlainText().strip()

    def system_words(self) -> str:
        return self.system.toPlainText().strip() if self.instructions.isChecked() else ""

    def _on_temperature(self, tenths: int) -> None:
        self._temperature_word.setText(f"{tenths / 10:.1f}")

    def _on_send(self) -> None:
        """Ask now, or as soon as the model is loaded."""
        self._waiting = not self._ready and bool(self.question())
        if self._waiting:
            self._renew()
        elif self.send.isEnabled() and not self._busy:
            words = self.question()
            self.field.clear()
            self.asked.emit(words)

    def show_examples(self, questions: list[HeldOutQuestion]) -> None:
        """Chips that ask a question of the unseen rows when pressed."""
        empty(self._chips)
        self._chip_row.setVisible(bool(questions))
        if questions:
            self._chips.addWidget(text(self.tr("From the unseen rows:"), "small"))
        for question in questions[:3]:
            self._chips.addWidget(self._chip(question))
        self._chips.addStretch(1)
        self._show_fitting_chips()

    def _chip(self, question: HeldOutQuestion) -> QPushButton:
        words = question.question.replace("\n", " ")
        short = words if len(words) <= _CHIP_LETTERS else words[: _CHIP_LETTERS - 1] + "…"
        chip = button(short.replace("&", "&&"), "secondary", small=True)
        chip.setToolTip(question.question)
        chip.setAccessibleName(self.tr("Ask: {question}").format(question=question.question))
        chip.setIconSize(QSize(0, 0))
        chip.clicked.connect(lambda: self._on_example(question))
        return chip

    def _on_example(self, question: HeldOutQuestion) -> None:
        if question.system:
            self.system.setPlainText(question.system)
            self.instructions.setChecked(True)
        self.field.setPlainText(question.question)
        if self.send.isEnabled():
            self._on_send()
        else:
            self.field.setFocus()
