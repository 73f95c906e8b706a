"""The frame that both wizards share: header, steps, a scrolling page, and the foot's buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.page_area import SCROLL_ROOM, PageArea
from ftstudio.ui.widgets.stepper import Stepper
from ftstudio.ui.widgets.text import ElidedLabel

MARGIN = 32


class WizardFrame(QWidget):
    """Signals up: back, primary, secondary, step_chosen. Ctrl+Enter, Esc and Alt+n built in."""

    back = Signal()
    primary = Signal()
    secondary = Signal()
    step_chosen = Signal(int)

    def __init__(self, titles: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 28, MARGIN - SCROLL_ROOM, 28)
        column.setSpacing(16)
        column.addLayout(self._make_header())
        self.stepper = Stepper(titles)
        self.stepper.chosen.connect(self.step_chosen)
        steps = QHBoxLayout()
        steps.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        steps.addWidget(self.stepper)
        column.addLayout(steps)
        self._pages = QStackedWidget()
        self._wrapped: dict[int, PageArea] = {}
        column.addWidget(self._pages, 1)
        column.addLayout(self._make_foot())
        self._make_keys(len(titles))

    def set_header(self, title: str, facts: str) -> None:
        self._title.setText(title)
        self._facts.setText(facts)

    def set_page(self, widget: QWidget) -> None:
        """Show a page; the frame takes it and keeps it for the next time."""
        if id(widget) not in self._wrapped:
            area = PageArea(widget)
            self._wrapped[id(widget)] = area
            self._pages.addWidget(area)
        self._pages.setCurrentWidget(self._wrapped[id(widget)])

    def page(self) -> QWidget | None:
        area = self._pages.currentWidget()
        return area.widget() if isinstance(area, PageArea) else None

    def set_primary(self, text: str, enabled: bool = True, missing: str = "") -> None:
        """The main button. Not enabled, it stays readable and focusable and says what lacks."""
        self.primary_button.setText(text)
        self._allowed = enabled
        restyle(self.primary_button, "missing", not enabled)
        self.primary_button.setAccessibleDescription("" if enabled else missing or text)
        self.primary_button.setToolTip("" if enabled else missing)

    def set_secondary(self, text: str) -> None:
        """The quieter button beside the main one; an empty text hides it."""
        self.secondary_button.setText(text)
        self.secondary_button.setVisible(bool(text))

    def set_hint(self, text: str) -> None:
        self.hint.setText(text)

    def add_above_foot(self, widget: QWidget) -> None:
        """What concerns the buttons stands right above them."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        row.addWidget(widget)
        self._column.insertLayout(self._column.count() - 1, row)

    def _make_header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = ElidedLabel("", "h1")
        self._facts = ElidedLabel("", "muted")
        words.addWidget(self._title)
        words.addWidget(self._facts)
        row.addLayout(words, 1)
        self.header_actions = QHBoxLayout()
        self.header_actions.setSpacing(8)
        row.addLayout(self.header_actions)
        return row

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SCROLL_ROOM, 0)
        row.setSpacing(12)
        self.back_button = button(self.tr("Back"), icon="arrow-left")
        self.hint = ElidedLabel("", "muted")
        self.hint.set_trailing()
        self.secondary_button = button("", "secondary")
        self.secondary_button.hide()
        self.primary_button: QPushButton = button(self.tr("Continue"), "primary")
        self._allowed = True
        self.back_button.clicked.connect(self.back)
        self.secondary_button.clicked.connect(self.secondary)
        self.primary_button.clicked.connect(self._on_primary)
        row.addWidget(self.back_button)
        row.addWidget(self.hint, 1)
        row.addWidget(self.secondary_button)
        row.addWidget(self.primary_button)
        return row

    def _make_keys(self, steps: int) -> None:
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._on_primary)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self._on_escape)
        for index in range(min(steps, 9)):
            shortcut = QShortcut(QKeySequence(f"Alt+{index + 1}"), self)
            shortcut.setObjectName(str(index))
            shortcut.activated.connect(self._on_step_key)

    def _on_primary(self) -> None:
        if self._allowed and self.primary_button.isEnabled():
            self.primary.emit()
        else:
            self.primary_button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_escape(self) -> None:
        if self.back_button.isEnabled():
            self.back.emit()

    def _on_step_key(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.stepper.go_to(int(sender.objectName()))
