"""Memory by part on one scale, with a tick where the free memory ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.text import ElidedLabel, text
from ftstudio.ui.widgets.trough import hatch, tick, trough

# Stripes from left to right by the name of their colour, with the parts of the estimate in each.
_STRIPES = {
    "model": ("model", "copies"),
    "adapter": ("adapter",),
    "gradients": ("gradients",),
    "optimizer": ("optimizer",),
    "activations": ("activations",),
    "loss": ("loss", "cache"),
    "reserve": ("workspace", "context", "rounding", "margin"),
}
_SELDOM = ("copies", "cache")  # too rare for the legend; the bar's own tip names them
_BAR = 12
_HEIGHT = 18


class MemoryBar(QWidget):
    """`parts` in bytes by name, `free` the limit (None: unknown), `scale` the bar's full width."""

    def __init__(self, parts: dict[str, int], free: int | None, scale: int,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set(parts, free, scale)

    def set(self, parts: dict[str, int], free: int | None, scale: int) -> None:
        self._parts = {name: size for name, size in stripes(parts).items() if size > 0}
        self._within = {
            name: [part for part in inside if parts.get(part, 0) > 0]
            for name, inside in _STRIPES.items()
        }
        self._free = free
        self._scale = max(scale, sum(self._parts.values()), 1)
        words = ", ".join(f"{self._word(n)} {format_bytes(b)}" for n, b in self._parts.items())
        limit = self.tr("{free} free").format(free=format_bytes(free)) if free else ""
        self.setAccessibleName(self.tr("Memory by part"))
        self.setAccessibleDescription("; ".join(part for part in (words, limit) if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def segments(self) -> list[tuple[str, QRectF]]:
        """Where each part lies, left to right (mirrored in right-to-left layouts)."""
        top = (_HEIGHT - _BAR) / 2
        result, left = [], 0.0
        for name, count in self._parts.items():
            width = self.width() * count / self._scale
            at = self.width() - left - width if self._mirrored() else left
            result.append((name, QRectF(at, top, width, _BAR)))
            left += width
        return result

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        over = self._overflow()
        with trough(self, _BAR) as painter:
            for name, area in self.segments():
                inner = area.adjusted(0, 0, -1 if area.width() > 2 else 0, 0)
                painter.fillRect(inner, color(f"mem_{name}"))
            if over is not None:
                hatch(painter, over)
            if self._free is not None and self._free <= self._scale:
                tick(painter, self._limit_x(), "bad" if over else "text")

    def _overflow(self) -> QRectF | None:
        total = sum(self._parts.values())
        if self._free is None or total <= self._free:
            return None
        start, end = self._limit_x(), self.width() * total / self._scale
        if self._mirrored():
            return QRectF(self.width() - end, 0, start - (self.width() - end), _HEIGHT)
        return QRectF(start, 0, end - start, _HEIGHT)

    def _limit_x(self) -> float:
        share = min(1.0, (self._free or 0) / self._scale)
        x = min(self.width() - 2.0, self.width() * share)
        return self.width() - x if self._mirrored() else x

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _tip(self, point: QPointF) -> str:
        for name, area in self.segments():
            if area.left() <= point.x() <= area.right():
                return f"{self._word(name)}: {format_bytes(self._parts[name])}"
        return self.accessibleDescription()

    def _word(self, name: str) -> str:
        words = part_words(self)
        return ", ".join(words[part] for part in self._within[name])


def stripes(parts: dict[str, int]) -> dict[str, int]:
    """Bytes of each stripe."""
    return {name: sum(parts.get(p, 0) for p in inside) for name, inside in _STRIPES.items()}


def colour_of(part: str) -> str:
    """The token of one part of the estimate."""
    stripe = next(name for name, parts in _STRIPES.items() if part in parts)
    return f"mem_{stripe}"


def part_words(owner: QWidget) -> dict[str, str]:
    """What each part of the estimate is called, wherever it is shown."""
    return {
        "model": owner.tr("model"),
        "copies": owner.tr("other models"),
        "adapter": owner.tr("adapter"),
        "gradients": owner.tr("gradients"),
        "optimizer": owner.tr("optimizer"),
        "activations": owner.tr("activations"),
        "loss": owner.tr("word scores and loss"),
        "cache": owner.tr("cache of answers"),
        "workspace": owner.tr("workspace"),
        "context": owner.tr("libraries"),
        "rounding": owner.tr("rounding"),
        "margin": owner.tr("margin"),
    }


class _Swatch(QWidget):
    def __init__(self, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self._token))
        painter.drawRoundedRect(QRectF(0, 0, 10, 10), 3, 3)
        painter.end()


class MemoryLegend(QWidget):
    """The names of the parts with their colours, once for all bars of a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        words = part_words(self)
        last = next(reversed(_STRIPES))
        for name, inside in _STRIPES.items():
            said = ", ".join(words[part] for part in inside if part not in _SELDOM)
            row.addWidget(_Swatch(f"mem_{name}"))
            if name == last:
                row.addWidget(ElidedLabel(said, "small"), 1)
            else:
                row.addWidget(text(said, "small"))
                row.addSpacing(10)
