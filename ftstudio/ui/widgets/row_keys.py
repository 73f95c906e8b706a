"""Keys that go through rows which are widgets of their own: arrows, Home, End, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

_PAGE = 5  # rows
_FAR = 1_000_000_000
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_PAGE,
    Qt.Key.Key_PageDown: _PAGE,
    Qt.Key.Key_Home: -_FAR,
    Qt.Key.Key_End: _FAR,
}


def walks(key: int) -> bool:
    """Whether the key goes to another row."""
    return key in _STEPS


def go_among(rows: Sequence[QWidget], here: QWidget, key: int) -> None:
    """Give the focus to the row where the key leads, and scroll there."""
    shown = [row for row in rows if not row.isHidden()]
    at = min(max(shown.index(here) + _STEPS[Qt.Key(key)], 0), len(shown) - 1)
    shown[at].setFocus(Qt.FocusReason.TabFocusReason)
    area = shown[at].parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if isinstance(area, QScrollArea):
        area.ensureWidgetVisible(shown[at])


def focused_at(rows: Sequence[QWidget]) -> int | None:
    """Which of the rows has the focus, itself or in a button of it."""
    for at, row in enumerate(rows):
        focused = row.window().focusWidget()
        if focused is not None and (focused is row or row.isAncestorOf(focused)):
            return at
    return None
