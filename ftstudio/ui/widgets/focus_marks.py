"""Marks the widget that got the focus by keyboard, which style sheets can't tell by themselves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QWidget

from ftstudio.ui.theme import restyle

_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_BY_HAND = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.OtherFocusReason)


class FocusMarks(QObject):
    """Sets the property `kbfocus`. Watches only the focused widget: a filter on the whole
    application would run Python code for every event."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._reason = Qt.FocusReason.NoFocusReason
        app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            self._reason = event.reason()
        return False

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        came_by, self._reason = self._reason, Qt.FocusReason.NoFocusReason
        if old is not None:
            old.removeEventFilter(self)
            if new is not None:  # without: another window has it, and the mark stays
                restyle(old, "kbfocus", False)
        if new is not None:
            new.installEventFilter(self)
            if came_by in _BY_KEY:
                restyle(new, "kbfocus", True)
            elif came_by in _BY_HAND:
                restyle(new, "kbfocus", False)
