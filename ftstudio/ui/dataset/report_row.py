"""One line of the report card: what was found, how often, and the one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import format_count
from ftstudio.data.step import Finding
from ftstudio.ui.dataset.tinted import Tinted
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

LOOK = {
    "blocks": ("circle-alert", "bad"),
    "look": ("triangle-alert", "warn"),
    "fine": ("circle-check", "ok"),
}
SHOWN_ROWS = 6


class ReportRow(QFrame):
    """Enter does the remedy, Space shows the rows, the arrows go to the next line."""

    remedy = Signal(object)  # Finding
    rows_wanted = Signal(object)  # Finding
    moved = Signal(int)  # -1 up, 1 down
    focused = Signal(object)  # Finding

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 14, 12)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(12)
        icon, token = LOOK[finding.severity]
        row.addWidget(IconLabel(icon, token, 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(finding), 1)
        row.addLayout(self._count(finding))
        self.show_button = button(self.tr("Show rows"), "link", small=True)
        self.show_button.setAccessibleName(
            self.tr("Show rows: {title}").format(title=finding.title)
        )
        self.show_button.clicked.connect(self._on_show)
        self.show_button.setVisible(bool(finding.rows))
        row.addWidget(self.show_button)
        kind = "primary" if finding.severity == "blocks" else "secondary"
        self.remedy_button = button(finding.remedy_title, kind, small=True)
        self.remedy_button.setMinimumWidth(172)
        self.remedy_button.clicked.connect(self._on_remedy)
        self.remedy_button.setVisible(bool(finding.remedy_title))
        row.addWidget(self.remedy_button)
        column.addLayout(row)
        self._rows = Tinted("surface2")
        self._rows.hide()
        column.addWidget(self._rows)
        self.setAccessibleName(f"{finding.title}, {finding.count}: {finding.sentence}")

    def _words(self, finding: Finding) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(text(finding.title, "h3", wrap=True))
        column.addWidget(text(finding.sentence, "small", wrap=True))
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
            column.addWidget(label)
        column.addStretch(1)
        return column

    def shows_rows(self) -> bool:
        return not self._rows.isHidden()

    def show_rows(self, lines: list[tuple[str, str, str]]) -> None:
        """Lines of (row number, question, answer); empty folds the rows away."""
        fresh = Tinted("surface2")
        grid = QGridLayout(fresh)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 4)
        for place, (number, question, answer) in enumerate(lines):
            grid.addWidget(text(number, "small"), place, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(ElidedLabel(question or self.tr("empty")), place, 1)
            grid.addWidget(ElidedLabel(answer or self.tr("empty"), "muted"), place, 2)
        more = len(self.finding.rows) - len(lines)
        if lines and more > 0:
            words = self.tr("and {n} more").format(n=format_count(more))
            grid.addWidget(text(words, "small"), len(lines), 1, 1, 2)
        column = self.layout()
        assert column is not None
        column.replaceWidget(self._rows, fresh)
        self._rows.deleteLater()
        self._rows = fresh
        fresh.setVisible(bool(lines))
        self.show_button.setText(self.tr("Hide rows") if lines else self.tr("Show rows"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
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
        self.remedy.emit(self.finding)

    def _on_show(self) -> None:
        if self.shows_rows():
            self.show_rows([])
        else:
            self.rows_wanted.emit(self.finding)
