"""A small picture in a row; a click, Enter or Space shows it large."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_count
from ftstudio.ui.bridge.background import run
from ftstudio.ui.dataset.rows.picture_reading import Decoded, decode, keep, known
from ftstudio.ui.icons import paint_icon
from ftstudio.ui.theme import ThemeWatcher, color
from ftstudio.ui.widgets.card import EnterButton

_HIGH = 112
_WIDE = 168
_SHARP = 2  # decoded as large as the sharpest screens want it


class PictureTile(EnterButton):
    """`opened` carries its place among the pictures of the row."""

    opened = Signal(int)

    def __init__(self, path: str, place: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path, self.place = path, place
        self._count = count
        self.shown: Decoded | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(_WIDE, _HIGH)
        self.clicked.connect(self._on_clicked)
        ThemeWatcher(self)
        side = _WIDE * _SHARP
        before = known(path, side)
        self._say(self.tr("is being opened"))
        if before is not None:
            self._show(before)
            return

        def done(decoded: Decoded) -> None:
            keep(path, side, decoded)
            self._show(decoded)

        run(self, lambda cancel: decode(path, side), done, self._on_failed)

    def sizeHint(self) -> QSize:
        return QSize(_WIDE, _HIGH)

    def _on_failed(self, error: StudioError) -> None:
        self._show(Decoded(None, fault=error.what))

    def _show(self, decoded: Decoded) -> None:
        self.shown = decoded
        if decoded.image is not None:
            ratio = decoded.image.width() / max(1, decoded.image.height())
            self.setFixedSize(max(48, min(_WIDE, round(_HIGH * ratio))), _HIGH)
            size = self.tr("{w} × {h} pixels; opens large")
            self._say(size.format(w=format_count(decoded.width), h=format_count(decoded.height)))
        else:
            self._say(self.tr("can't be shown: {why}").format(why=decoded.fault))
            self.setCursor(Qt.CursorShape.ArrowCursor)
        self.update()

    def _say(self, what: str) -> None:
        words = self.tr("Picture {n} of {all}: {what}")
        if self._count == 1:
            words = self.tr("Picture: {what}")
        said = words.format(n=self.place + 1, all=self._count, what=what)
        self.setAccessibleName(said)
        self.setToolTip(said)

    def _on_clicked(self) -> None:
        if self.shown is not None and self.shown.image is not None:
            self.opened.emit(self.place)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        edge = QPainterPath()
        edge.addRoundedRect(area, 8, 8)
        painter.fillPath(edge, color("surface2"))
        image = self.shown.image if self.shown else None
        if image is not None:
            painter.setClipPath(edge)
            size = image.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(area.center())
            painter.drawImage(place, image)
            painter.setClipping(False)
        else:
            self._paint_words(painter, area)
        marked = bool(self.property("kbfocus"))
        painter.setPen(QPen(color("accent" if marked else "border"), 2 if marked else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(edge)
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        bad = self.shown is not None
        icon = QRectF(area.center().x() - 12, area.top() + 14, 24, 24)
        paint_icon(painter, icon, "image", "bad" if bad else "muted")
        painter.setPen(color("bad" if bad else "muted"))
        words = self.shown.fault if self.shown else self.tr("opening …")
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        below = area.adjusted(8, 44, -8, -4)
        small = painter.font()
        small.setPixelSize(12)
        painter.setFont(small)
        painter.drawText(below, int(flags) | int(Qt.TextFlag.TextWordWrap), words)
