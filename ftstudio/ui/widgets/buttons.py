"""Buttons in the five kinds that the style sheet knows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from ftstudio.ui.icons import icon as make_icon

_ICON_TOKEN = {
    "primary": "on_accent",
    "secondary": "text",
    "ghost": "muted",
    "danger": "bad",
    "link": "accent",
}


def button(
    s: str, kind: str = "secondary", icon: str | None = None, small: bool = False
) -> QPushButton:
    """A push button; kind is primary, secondary, ghost, danger or link."""
    result = QPushButton(s)
    result.setProperty("kind", kind)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setAutoDefault(False)
    if small:
        result.setProperty("sz", "small")
    if icon:
        set_icon(result, icon, kind, 16 if small else 18)
    return result


def icon_button(name: str, accessible: str, kind: str = "ghost") -> QPushButton:
    """A square button with only an icon; `accessible` is its name and tooltip."""
    result = QPushButton()
    result.setProperty("kind", kind)
    result.setProperty("sz", "icon")
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setAutoDefault(False)
    result.setIcon(make_icon(name, _ICON_TOKEN[kind]))
    result.setIconSize(QSize(18, 18))
    result.setAccessibleName(accessible)
    result.setToolTip(accessible)
    return result


def set_words(target: QPushButton, words: str, width: int) -> None:
    """Words that end in … beyond so many pixels, with all of them as tooltip and name."""
    target.ensurePolished()  # the style sheet chooses the font
    shown = target.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
    target.setText(shown.replace("&", "&&"))  # a name's own sign is no key
    target.setAccessibleName(words)
    if shown != words:
        target.setToolTip(words)


def set_icon(target: QPushButton, name: str, kind: str = "secondary", size: int = 18) -> None:
    target.setIcon(make_icon(name, _ICON_TOKEN[kind]))
    target.setIconSize(QSize(size + 6, size))  # Qt leaves only 4 px between icon and words
    target.setProperty("iconed", True)
