"""Icons follow the theme and stay sharp on dense screens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from ftstudio.core.assets import resources
from ftstudio.ui import icons, theme


def _strongest(image: QImage) -> str:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=lambda c: c.alpha()).name()


def test_every_icon_can_be_drawn() -> None:
    files = list((resources() / "icons").glob("*.svg"))
    assert len(files) >= 80
    for file in files:
        assert QSvgRenderer(str(file)).isValid(), file.stem
    assert (resources() / "icons" / "LICENSE-Lucide.txt").is_file()


def test_a_wrong_name_fails_where_it_is_written() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")


def test_colour_follows_the_theme(qapp: QApplication) -> None:
    icon = icons.icon("square", "accent")
    light = _strongest(icon.pixmap(QSize(24, 24)).toImage())
    theme.apply_theme(qapp, "dark")
    dark = _strongest(icon.pixmap(QSize(24, 24)).toImage())
    assert light == QColor(theme.TOKENS["light"]["accent"]).name()
    assert dark == QColor(theme.TOKENS["dark"]["accent"]).name()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_sharp_at_any_scale(qapp: QApplication, scale: float) -> None:
    pixmap = icons.icon("home").pixmap(QSize(20, 20), scale)
    assert pixmap.size() == QSize(round(20 * scale), round(20 * scale))
    assert pixmap.devicePixelRatio() == scale


def test_disabled_icons_are_faint(qapp: QApplication) -> None:
    image = icons.icon("square").pixmap(QSize(24, 24), QIcon.Mode.Disabled).toImage()
    assert _strongest(image) == theme.color("faint").name()
