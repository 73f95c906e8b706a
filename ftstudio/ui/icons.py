"""Lucide icons painted from SVG in a token's colour, so that they follow the theme.

To add one: copy `icons/NAME.svg` from the npm package lucide-static into resources/icons and
call `icon("NAME")`. Nothing is registered anywhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ftstudio.core.assets import resources
from ftstudio.ui import theme


class SvgIconEngine(QIconEngine):
    """Asks the theme for the colour at each painting; draws at the real device pixels."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        paint_icon(painter, QRectF(rect), self._name, self._token_for(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        del state
        color = theme.color(self._token_for(mode)).name()
        wide, high = round(size.width() * scale), round(size.height() * scale)
        pixmap = QPixmap(_pixmap(self._name, color, wide, high))
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        return SvgIconEngine(self._name, self._token)

    def _token_for(self, mode: QIcon.Mode) -> str:
        if mode == QIcon.Mode.Disabled:
            return "faint"
        return "accent" if mode == QIcon.Mode.Selected else self._token


@lru_cache(maxsize=512)
def icon(name: str, token: str = "text", size: int = 18) -> QIcon:
    """The icon in a token's colour. `size` is only a wish: widgets ask for their `iconSize`."""
    del size
    _source(name)  # a wrong name fails here, where it was written
    return QIcon(SvgIconEngine(name, token))


def paint_icon(painter: QPainter, rect: QRectF, name: str, token: str) -> None:
    """Draw an icon into `rect` of a painter, whatever its transformation."""
    _renderer(name, theme.color(token).name()).render(painter, rect)


def app_icon() -> QIcon:
    """The window's icon: the sparkles on a tile in the accent's colour, the same in both themes."""
    result = QIcon()
    for side in (16, 32, 64, 128):
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TOKENS["light"]["accent"]))
        painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.22, side * 0.22)
        inset = side * 0.18
        area = QRectF(inset, inset, side - 2 * inset, side - 2 * inset)
        _renderer("sparkles", "#FFFFFF").render(painter, area)
        painter.end()
        result.addPixmap(pixmap)
    return result


def _folder() -> Path:
    return resources() / "icons"


@lru_cache(maxsize=512)
def _source(name: str) -> str:
    return (_folder() / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=1024)
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = (
        _source(name)
        .replace("currentColor", color)
        .replace('stroke-width="2"', 'stroke-width="1.75"')
    )
    return QSvgRenderer(QByteArray(svg.encode()))


@lru_cache(maxsize=1024)
def _pixmap(name: str, color: str, width: int, height: int) -> QPixmap:
    pixmap = QPixmap(QSize(width, height))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    side = min(width, height)
    corner = QPoint((width - side) // 2, (height - side) // 2)
    _renderer(name, color).render(painter, QRectF(QRect(corner, QSize(side, side))))
    painter.end()
    return pixmap
