"""The memory a run held, step by step, and the moment in which it was not enough."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QWidget

from ftstudio.core.units import format_bytes, format_count
from ftstudio.planning.rescue import Shortage
from ftstudio.ui import theme
from ftstudio.ui.monitor.loss_series import LossSeries, thin_extremes
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text

_GB = 1e9
_POINTS = 300
_HEIGHT = 250


class MemoryCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=18, spacing=6)
        head = self.add_title(self.tr("Memory of this run"))
        self.unit = text("", "small")
        head.addWidget(self.unit)
        self.plot = _MemoryPlot()
        self.body.addWidget(self.plot)
        self.words = text("", "small", wrap=True)
        self.body.addWidget(self.words)

    def show_memory(
        self, series: LossSeries, step: int, room: int, shortage: Shortage, on_card: bool
    ) -> None:
        """`step`: the one in which it broke off; `room`: what it could have had, 0: not known."""
        self.unit.setText(self.tr("GB, the most so far") if on_card else self.tr("GB"))
        need = shortage.needed
        self.plot.show_memory(series, step, room, need)
        at = self.tr("Ran out in step {step}").format(step=format_count(step))
        if need:
            said = self.tr("{at}: it held {held} and asked for {asked} more.")
            at = said.format(
                at=at, held=format_bytes(shortage.held), asked=format_bytes(shortage.asked)
            )
        elif len(series):
            said = self.tr("{at}. Before, it held {held}; how much more it asked for is not known.")
            at = said.format(at=at, held=format_bytes(int(series.losses[-1])))
        self.words.setText(at)
        self.plot.setAccessibleDescription(at)
        self.setVisible(bool(len(series) or need))


class _MemoryPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(self.tr("Plot of the memory of this run"))
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=False, y=True, alpha=0.12)
        item.getViewBox().setMouseEnabled(x=False, y=False)
        item.getAxis("left").setWidth(40)
        for name in ("left", "bottom"):
            item.getAxis(name).enableAutoSIPrefix(False)
        self.curve = pg.PlotCurveItem(antialias=True)
        self.fall = pg.InfiniteLine(angle=90)
        self.limit = pg.InfiniteLine(angle=0)
        self.moment = pg.ScatterPlotItem(size=11, pxMode=True)
        self.limit_word = pg.TextItem(anchor=(0, 1))
        for part in (self.curve, self.fall, self.limit, self.moment, self.limit_word):
            item.addItem(part, ignoreBounds=True)
        self._recolour()

    def show_memory(self, series: LossSeries, step: int, room: int, need: int) -> None:
        steps, sizes = thin_extremes(series.steps, series.losses / _GB, _POINTS)
        last = sizes[-1] if len(sizes) else 0.0
        height = need / _GB if need else last
        self.curve.setData(np.append(steps, step), np.append(sizes, height))
        self.moment.setData([step], [height])
        self.fall.setPos(step)
        self.limit.setVisible(bool(room))
        self.limit_word.setVisible(bool(room))
        self.limit.setPos(room / _GB)
        first = float(steps[0]) if len(steps) else 0.0
        span = max(1.0, step - first)
        self.limit_word.setPos(first, room / _GB)
        view = self.getPlotItem().getViewBox()
        view.setXRange(first - 0.03 * span, step + 0.06 * span, padding=0)
        tall = [height, room / _GB, *(sizes.tolist() or [0.0])]
        low, high = (0.0 if min(tall) < 0.4 * max(tall) else 0.9 * min(tall)), max(tall)
        view.setYRange(low, high + 0.12 * max(high - low, 0.1), padding=0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "limit_word"):
            self._recolour()

    def _recolour(self) -> None:
        self.setBackground(theme.color("surface"))
        self.curve.setPen(pg.mkPen(theme.color("plot1"), width=2))
        dash = Qt.PenStyle.DashLine
        self.fall.setPen(pg.mkPen(theme.color("muted"), width=1, style=dash))
        self.limit.setPen(pg.mkPen(theme.color("bad"), width=1.5, style=dash))
        self.moment.setPen(pg.mkPen(None))
        self.moment.setBrush(pg.mkBrush(theme.color("bad")))
        self.limit_word.setText(self.tr("there was room for this"), color=theme.color("bad"))
        self.limit_word.setFont(theme.font(12))
        for name in ("bottom", "left"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(theme.color("border")))
            axis.setTextPen(pg.mkPen(theme.color("muted")))
            axis.setTickFont(theme.font(12))
