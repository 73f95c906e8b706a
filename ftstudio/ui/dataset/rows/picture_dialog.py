"""One picture of a row, as large as the window allows; the arrows walk through the others."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from ftstudio.core.units import format_count
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.dataset.rows.picture_reading import Decoded, decode
from ftstudio.ui.theme import ThemeWatcher, color
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.text import ElidedLabel

_SIDE = 2_000  # pixels that are decoded; no more than that is seen


class PictureDialog(DialogFrame):
    def __init__(self, paths: list[str], place: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent, 1000, 700)
        self._paths, self._place = paths, place
        self.canvas = _Canvas()
        self.body.addWidget(self.canvas, 1)
        self.previous = icon_button("chevron-left", self.tr("The picture before"), "secondary")
        self.next = icon_button("chevron-right", self.tr("The next picture"), "secondary")
        for widget, key, by in ((self.previous, "Left", -1), (self.next, "Right", 1)):
            widget.clicked.connect(partial(self.walk, by))
            widget.setVisible(len(paths) > 1)
            QShortcut(QKeySequence(key), self).activated.connect(partial(self.walk, by))
            self.foot.addWidget(widget)
        self.facts = ElidedLabel("", "small")
        self.foot.addWidget(self.facts, 1)
        self.focus_first(self.close_button)
        self._open()

    def walk(self, by: int) -> None:
        self._place = (self._place + by) % len(self._paths)
        self._open()

    def _open(self) -> None:
        path = self._paths[self._place]
        words = self.tr("Picture {n} of {all}")
        title = words.format(n=self._place + 1, all=len(self._paths))
        self.setWindowTitle(title if len(self._paths) > 1 else self.tr("Picture"))
        self.facts.setText(self.tr("opening …"))

        def work(cancel: Cancel) -> Decoded:
            return decode(path, _SIDE)

        self.start(work, self._on_decoded)

    def _on_decoded(self, decoded: Decoded) -> None:
        self.canvas.show_image(decoded.image)
        name = PurePath(self._paths[self._place]).name
        if decoded.image is None:
            said = self.tr("{name} can't be shown: {why}.").format(name=name, why=decoded.fault)
        else:
            words = self.tr("{w} × {h} pixels · {name}")
            width, height = format_count(decoded.width), format_count(decoded.height)
            said = words.format(w=width, h=height, name=name)
        self.facts.setText(said)
        self.canvas.setAccessibleName(f"{self.windowTitle()}: {said}")


class _Canvas(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        ThemeWatcher(self)

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), color("surface2"))
        if self._image is not None:
            size = self._image.size()
            if size.width() > self.width() or size.height() > self.height():
                size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(QRectF(self.rect()).center())
            painter.drawImage(place, self._image)
        painter.end()
