"""How long the examples are, as bars, with the line where the model stops reading."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.ui.theme import ThemeWatcher, color

_BARS = 34
_TOP, _FOOT = 24, 22
_LOWEST = 76  # pixels; the page must not scroll in a window 800 high
_ROUND = (1, 2, 5)


def bin_lengths(tally: Mapping[int, int], limit: int, bars: int = _BARS) -> tuple[list[int], int]:
    """Counts per bar and the width of a bar in tokens; the limit always falls between two bars.
    `tally`: how many there are of each length."""
    longest = max([*tally, 1])
    width = max(1, -(-longest // bars))
    if longest > limit:  # a whole number of bars up to the limit
        inside = max(1, min(bars - 4, round(bars * limit / longest)))
        width = max(1, -(-limit // inside))
    counts = [0] * bars
    for length, many in tally.items():
        place = length - 1 if length <= limit else max(length - 1, _first_bar_past(limit, width))
        counts[min(max(place, 0) // width, bars - 1)] += many
    return counts, width


def _first_bar_past(limit: int, width: int) -> int:
    return -(-limit // width) * width


def nice_step(scale: int) -> int:
    """Four to eight ticks at round numbers."""
    power = 0
    while scale / (_ROUND[power % 3] * 10 ** (power // 3)) > 8:
        power += 1
    return int(_ROUND[power % 3] * 10 ** (power // 3))


class LengthPlot(QWidget):
    """Bars past the limit are at least two pixels high, or the tail could not be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ThemeWatcher(self)
        self._past = 0
        self._limit = 0
        self._cuts = True
        self._counts: list[int] = []
        self._width = 1
        self.setMinimumHeight(_LOWEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(320, _LOWEST)

    def set_lengths(self, tally: Mapping[int, int], limit: int, cuts: bool = True) -> None:
        """`tally`: how many there are of each length. `cuts` False: what is longer goes on in
        another piece, nothing of it is lost."""
        self._limit, self._cuts = limit, cuts
        self._counts, self._width = bin_lengths(tally, limit) if tally else ([], 1)
        past = self._past = sum(many for n, many in tally.items() if n > limit)
        summary = plural(
            sum(tally.values()),
            self.tr("Length of 1 example; longer than {limit} tokens: {past}."),
            self.tr("Lengths of {n} examples; longer than {limit} tokens: {past}."),
            past=format_count(past), limit=format_count(limit),
        )  # fmt: skip
        self.setAccessibleName(self.tr("How long the examples are"))
        self.setAccessibleDescription(summary)
        self.setToolTip(summary)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        self._paint_bars(painter)
        self._paint_axis(painter)
        self._paint_limit(painter)

    def _scale(self) -> int:
        """Tokens that the whole width stands for: no empty bars at the right."""
        last = max(i for i, count in enumerate(self._counts) if count) + 1
        return self._width * min(len(self._counts), last + 1)

    def _x(self, tokens: float) -> float:
        return self.width() * tokens / self._scale()

    def _paint_bars(self, painter: QPainter) -> None:
        height = self.height() - _TOP - _FOOT
        tallest = max(self._counts)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, count in enumerate(self._counts):
            if not count:
                continue
            tall = max(2.0, height * count / tallest)
            left, right = self._x(index * self._width), self._x((index + 1) * self._width)
            past = self._cuts and index * self._width >= self._limit
            painter.setBrush(color("plot2" if past else "plot1"))
            painter.drawRoundedRect(
                QRectF(left + 1, _TOP + height - tall, max(2.0, right - left - 2), tall), 2, 2
            )

    def _paint_axis(self, painter: QPainter) -> None:
        painter.setPen(color("muted"))
        base = self.height() - _FOOT + 4
        step = nice_step(self._scale())
        for tick in range(0, self._scale() + 1, step):
            text = format_count(tick)
            wide = painter.fontMetrics().horizontalAdvance(text)
            x = min(max(0.0, self._x(tick) - wide / 2), self.width() - wide)
            painter.drawText(QRectF(x, base, wide + 1, 16), Qt.AlignmentFlag.AlignLeft, text)

    def _paint_limit(self, painter: QPainter) -> None:
        x = self._x(self._limit)
        past = self._past
        painter.setPen(color("plot2" if past and self._cuts else "muted"))
        font = painter.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        left = self.tr("cut-off {limit}").format(limit=format_count(self._limit))
        right = plural(past, self.tr("1 row"), self.tr("{n} rows"))
        if not self._cuts:
            left, right = self.tr("pieces of {n}").format(n=format_count(self._limit)), ""
        metrics = painter.fontMetrics()
        if x > self.width() - 2:  # the line lies beyond the longest example
            both = self.tr("nothing reaches the cut-off at {limit}")
            words = both.format(limit=format_count(self._limit))
            area = QRectF(0, 2, self.width(), 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight, words)
            return
        wide_left, wide_right = metrics.horizontalAdvance(left), metrics.horizontalAdvance(right)
        x_left = max(0.0, x - wide_left - 6)
        painter.drawText(QPointF(x_left, 14), left)
        x_right = min(self.width() - wide_right, max(x, x_left + wide_left) + 6)
        painter.drawText(QPointF(x_right, 14), right)
        pen = QPen(painter.pen().color(), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, 18), QPointF(x, self.height() - _FOOT))
