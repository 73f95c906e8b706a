"""The parts a dataset is split into, as one bar to scale with a legend in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ftstudio.core.units import format_count
from ftstudio.ui.theme import ThemeWatcher, color

PARTS = (("train", "accent"), ("validation", "mem_adapter"), ("test", "mem_gradients"))


class SplitBar(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ThemeWatcher(self)
        self._counts: dict[str, int] = {}
        self.setFixedHeight(26)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 26)

    def set_counts(self, counts: dict[str, int]) -> None:
        self._counts = {part: counts.get(part, 0) for part, _ in PARTS}
        words = self.tr("{train} to learn from, {validation} for validation, {test} for the test")
        text = words.format(**{k: format_count(v) for k, v in self._counts.items()})
        self.setAccessibleName(self.tr("Split"))
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        total = sum(self._counts.values())
        if not total:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        used = [(part, token) for part, token in PARTS if self._counts[part]]
        free = self.width() - 2 * (len(used) - 1)
        left = 0.0
        for part, token in used:
            wide = max(4.0, free * self._counts[part] / total)
            area = QRectF(left, 0, min(wide, self.width() - left), self.height())
            painter.setBrush(color(token))
            painter.drawRoundedRect(area, 5, 5)
            if part == "train":
                self._paint_words(painter, area)
            left += wide + 2

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        words = self.tr("{n} to learn from").format(n=format_count(self._counts["train"]))
        font = painter.font()
        font.setPixelSize(12)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        share = 100 * self._counts["train"] / sum(self._counts.values())
        longer = self.tr("{words} · {share} %").format(words=words, share=f"{share:.0f}")
        for said in (longer, words, format_count(self._counts["train"])):
            if painter.fontMetrics().horizontalAdvance(said) + 12 < area.width():
                painter.setPen(color("on_accent"))
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, said)
                painter.setPen(Qt.PenStyle.NoPen)
                return
