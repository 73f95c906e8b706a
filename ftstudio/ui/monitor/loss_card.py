"""The loss plot with its controls: values under the crosshair, smoothing, log scale, saving."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QSlider,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_count
from ftstudio.ui import theme
from ftstudio.ui.monitor.loss_plot import LossPlot
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class _Mark(QWidget):
    """A line or a dot in a curve's colour."""

    def __init__(self, token: str, dot: bool) -> None:
        super().__init__()
        self._token, self._dot = token, dot
        self.setFixedSize(16, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(self._token), 2))
        painter.drawLine(0, 7, 16, 7)
        if self._dot:
            painter.setBrush(theme.color(self._token))
            painter.drawEllipse(5, 4, 6, 6)
        painter.end()


class LossCard(Card):
    saved = Signal(str)  # a file was written
    failed = Signal(object)  # StudioError

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=6)
        self.plot = LossPlot()
        self.plot.setMinimumHeight(260)
        self.plot.values_changed.connect(self._on_values)
        self.run_name = "run"
        self.body.addLayout(self._build_head())
        self.body.addLayout(self._build_legend())
        self.body.addWidget(self.plot, 1)

    def _build_head(self) -> QHBoxLayout:
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 100)
        self.smoothing.setValue(25)
        self.smoothing.setFixedSize(110, 22)
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self.smoothing.setToolTip(self.tr("How many steps the thick line is averaged over."))
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self.log = QCheckBox(self.tr("Log scale"))
        self.log.setToolTip(self.tr("Shows small changes late in the run: logarithmic axis."))
        self.log.toggled.connect(self.plot.set_log)
        self.save = button(self.tr("Save …"), "ghost", "download", small=True)
        menu = QMenu(self.save)
        menu.addAction(self.tr("Picture (PNG) …")).triggered.connect(self._on_save_png)
        menu.addAction(self.tr("Numbers (CSV) …")).triggered.connect(self._on_save_csv)
        self.save.setMenu(menu)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(text(self.tr("Loss"), "h2"))
        row.addWidget(text(self.tr("lower is better"), "small"))
        row.addStretch(1)
        row.addWidget(text(self.tr("Smoothing"), "small"))
        row.addWidget(self.smoothing)
        row.addWidget(self.log)
        row.addWidget(self.save)
        return row

    def _build_legend(self) -> QHBoxLayout:
        """Left: what is which; right: the values under the crosshair."""
        self._values = text("", "small")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for token, dot, words in (
            ("plot_raw", False, self.tr("each step")),
            ("plot1", False, self.tr("smoothed")),
            ("plot2", True, self.tr("on unseen examples")),
        ):
            row.addWidget(_Mark(token, dot))
            row.addWidget(text(words, "faint"))
            row.addSpacing(10)
        row.addStretch(1)
        row.addWidget(self._values)
        return row

    def values(self) -> str:
        return self._values.text()

    def _on_smoothing(self, value: int) -> None:
        self.plot.set_smoothing(value / 100)

    def _on_values(self, values: tuple[float, float, float] | None) -> None:
        if values is None:
            self._values.setText("")
            return
        step, raw, smoothed = values
        self._values.setText(
            self.tr("step {step}   now {raw}   smoothed {smoothed}").format(
                step=format_count(int(step)), raw=f"{raw:.3f}", smoothed=f"{smoothed:.3f}"
            )
        )

    def _on_save_png(self) -> None:
        if path := self._ask_path(self.tr("Save the plot"), "png"):
            self._write(path)

    def _on_save_csv(self) -> None:
        if path := self._ask_path(self.tr("Save the numbers"), "csv"):
            self._write(path)

    def _ask_path(self, title: str, suffix: str) -> Path | None:
        start = f"{self.run_name}-loss.{suffix}"
        name, _ = QFileDialog.getSaveFileName(self, title, start, f"*.{suffix}")
        if not name:
            return None
        return Path(name) if Path(name).suffix else Path(f"{name}.{suffix}")

    def _write(self, path: Path) -> None:
        try:
            if path.suffix.lower() == ".csv":
                self.plot.save_csv(path)
            else:
                self.plot.save_png(path)
        except OSError as error:
            self.failed.emit(StudioError(
                self.tr("{name} could not be saved.").format(name=path.name),
                self.tr("The system says: {error}.").format(error=error.strerror or str(error)),
                self.tr("Choose another folder or free some space."), code="disk",
            ))  # fmt: skip
        else:
            self.saved.emit(str(path))
