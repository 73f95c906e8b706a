"""One line of the report card: what was found, how often, and the one thing to do about it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.deciding import is_decision
from ftstudio.data.step import Choice, Finding
from ftstudio.ui.dataset.cleaning.found_rows import Found, FoundRowsView
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.row_keys import walks
from ftstudio.ui.widgets.text import IconLabel, text

LOOK = {
    "blocks": ("circle-alert", "bad"),
    "decide": ("circle-alert", "bad"),
    "look": ("triangle-alert", "warn"),
    "fine": ("circle-check", "ok"),
}


_COUNT, _SHOW, _REMEDY = 46, 96, 222  # pixels: so that the columns of all lines meet


def _name(choice: Choice) -> str:
    """By which its button is known; what opens the form of a step is not what does it."""
    return choice.step_key if choice.act == "do" else choice.title


def _keep_place(shown: QPushButton) -> None:
    """Also while it is hidden: the counts of all lines stand below one another."""
    policy = shown.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    shown.setSizePolicy(policy)


class ReportRow(QFrame):
    """Enter does the remedy, Space shows the rows; arrows, Home and End go to another line."""

    chosen = Signal(object)  # Choice, the remedy among them
    rows_wanted = Signal(object)  # Finding
    walked = Signal(int)  # the key that goes to another line
    focused = Signal(object)  # Finding
    history_wanted = Signal(int)  # row number
    all_wanted = Signal(object)  # Finding

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 14, 12)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(8)
        icon, token = LOOK[finding.severity]
        row.addWidget(IconLabel(icon, token, 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(finding), 1)
        row.addLayout(self._count(finding))
        groups = finding.step_key == "mark_near_duplicates"
        self._show_words = self.tr("Show groups") if groups else self.tr("Show rows")
        self._hide_words = self.tr("Hide groups") if groups else self.tr("Hide rows")
        self.show_button = button(self._show_words, "link", small=True)
        self.show_button.setAccessibleName(
            self.tr("Show rows: {title}").format(title=finding.title)
        )
        self.show_button.clicked.connect(self._on_show)
        self.show_button.setVisible(bool(finding.rows))
        self.show_button.setMinimumWidth(_SHOW)
        _keep_place(self.show_button)
        row.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._make_remedies(finding))
        column.addLayout(row)
        self._rows = QWidget()
        self._rows.hide()
        column.addWidget(self._rows)
        self.setAccessibleName(f"{finding.title}, {finding.count}: {finding.sentence}")

    def _make_remedies(self, finding: Finding) -> QVBoxLayout:
        """The remedy, and below it what else may be done."""
        column = QVBoxLayout()
        column.setSpacing(2)
        kind = "primary" if finding.severity in ("blocks", "decide") else "secondary"
        self.remedy_button = button(finding.remedy_title, kind, small=True)
        self.remedy_button.setMinimumWidth(_REMEDY)
        _keep_place(self.remedy_button)
        self.remedy_button.setAccessibleDescription(finding.title)
        self.remedy_button.clicked.connect(self._on_remedy)
        if not finding.remedy_title:  # without a parent yet, what is shown would be a window
            self.remedy_button.hide()
        self.remedy_button.installEventFilter(self)
        column.addWidget(self.remedy_button)
        self.choice_buttons: dict[str, QPushButton] = {}
        for choice in finding.choices:
            made = button(choice.title, "link", small=True)
            made.setAccessibleDescription(finding.title)
            made.clicked.connect(partial(self.chosen.emit, choice))
            made.installEventFilter(self)
            self.choice_buttons[_name(choice)] = made
            column.addWidget(made)
        column.addStretch(1)
        return column

    def _words(self, finding: Finding) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(text(finding.title, "h3", wrap=True))
        column.addWidget(text(finding.sentence, "small", wrap=True))
        column.addStretch(1)
        return column

    def _count(self, finding: Finding) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        number = text(format_count(finding.count), "h2")
        unit = self.tr("row") if finding.count == 1 else self.tr("rows")
        if finding.rows and len(finding.rows) != finding.count:
            unit = self.tr("case") if finding.count == 1 else self.tr("cases")
        words = text(unit, "small")
        for label in (number, words):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            label.setMinimumWidth(_COUNT)
            column.addWidget(label)
        column.addStretch(1)
        return column

    def shows_rows(self) -> bool:
        return not self._rows.isHidden()

    def show_rows(self, found: Found | None) -> None:
        """None folds the rows away."""
        fresh: QWidget = QWidget()
        if found is not None:
            view = FoundRowsView(found)
            view.history_wanted.connect(self.history_wanted)
            view.all_wanted.connect(self._on_all)
            fresh = view
        column = self.layout()
        assert column is not None
        column.replaceWidget(self._rows, fresh)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = fresh
        fresh.setVisible(found is not None)
        self.show_button.setEnabled(True)
        self.show_button.setText(self._show_words if found is None else self._hide_words)

    def wait(self) -> None:
        """The rows are being looked up."""
        self.show_button.setText(self.tr("Looking …"))
        self.show_button.setEnabled(False)

    def found_rows(self) -> FoundRowsView | None:
        """The rows as they are shown now."""
        return self._rows if isinstance(self._rows, FoundRowsView) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if walks(key):
            self.walked.emit(key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.finding.remedy_title:
            self._on_remedy()
        elif key == Qt.Key.Key_Space and self.finding.rows:
            self._on_show()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self.finding)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What a button would do is shown before it is clicked."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._show_what_follows(watched)
        return super().eventFilter(watched, event)

    def _show_what_follows(self, watched: QObject) -> None:
        finding = self.finding
        if watched is self.remedy_button:
            self.focused.emit(finding)
        for choice in finding.choices:
            shows = choice.step_key and not is_decision(choice.step_key)
            if watched is self.choice_buttons[_name(choice)] and shows:
                self.focused.emit(
                    replace(
                        finding, key=f"{finding.key}: {choice.title}", remedy_title=choice.title,
                        step_key=choice.step_key, params=choice.params,
                    )
                )  # fmt: skip

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The focus is seen as a frame; style sheets can't tell a row of a card."""
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 8, 8)

    def _on_remedy(self) -> None:
        self.chosen.emit(self.finding.remedy)

    def _on_all(self) -> None:
        self.all_wanted.emit(self.finding)

    def _on_show(self) -> None:
        if self.shows_rows():
            self.show_rows(None)
        else:
            self.rows_wanted.emit(self.finding)
