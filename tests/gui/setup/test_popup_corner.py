"""Where a pop-up opens: by what was clicked, on the screen, and off the window's title bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize

from ftstudio.ui.setup.settings_card import popup_corner

SCREEN = QRect(0, 0, 1280, 800)
TOP = 60  # under the title bar


@pytest.mark.parametrize(
    ("height", "clicked_at", "y"),
    [
        (300, 100, 130),  # under it
        (300, 600, 300),  # above it
        (500, 400, 300),  # neither: as low as the screen lets it
        (730, 400, 70),
        (740, 400, 60),  # up to the title bar, and no further
        (780, 400, 20),  # the screen is too small to leave it
        (900, 400, 0),
    ],
)
def test_it_leaves_the_title_bar(height: int, clicked_at: int, y: int) -> None:
    clicked = QRect(900, clicked_at, 100, 30)
    corner = popup_corner(QSize(560, height), clicked, TOP, SCREEN)
    assert (corner.x(), corner.y()) == (440, y)


def test_it_stays_on_the_screen_sideways() -> None:
    left = popup_corner(QSize(560, 100), QRect(10, 100, 50, 30), TOP, SCREEN)
    right = popup_corner(QSize(560, 100), QRect(1_250, 100, 100, 30), TOP, SCREEN)
    assert (left.x(), right.x()) == (0, 720)
