"""The memory of a plan part by part: a line for each that is there, with its bar and its bytes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ftstudio.core.units import format_bytes
from ftstudio.planning.machine import Device
from ftstudio.planning.memory_estimate import PARTS, MemoryEstimate
from ftstudio.ui.widgets.memory_bar import colour_of, part_words
from ftstudio.ui.widgets.meter import Bar
from ftstudio.ui.widgets.text import text


class PartsList(QWidget):
    """Hovering over a part tells what it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self._lines: dict[str, tuple[QLabel, Bar, QLabel]] = {}
        for row, name in enumerate(PARTS):
            label, bar, size = text("", "small"), Bar(height=6), text("", "small")
            size.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 0)
            grid.addWidget(bar, row, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(size, row, 2)
            self._lines[name] = (label, bar, size)

    def show_parts(self, memory: MemoryEstimate, device: Device) -> None:
        most = max(memory.parts.values(), default=1) or 1
        words, sentences = part_words(self), part_explained(self, device)
        for name, (label, bar, figure) in self._lines.items():
            size = memory.parts[name]
            label.setText(words[name])
            label.setToolTip(sentences[name])
            label.setAccessibleDescription(sentences[name])
            bar.set(size / most, colour_of(name))
            figure.setText(format_bytes(size))
            for part in (label, bar, figure):
                part.setVisible(size > 0)


def part_explained(owner: QWidget, device: Device) -> dict[str, str]:
    """What each part is, in a sentence."""
    whose = owner.tr("Python and what it loads") if device == "cpu" else owner.tr("CUDA")
    return {
        "model": owner.tr("The weights of the model that learns."),
        "copies": owner.tr(
            "What it is compared with or judged by: reference, reward, value models."
        ),
        "adapter": owner.tr("The weights that are added and learn."),
        "gradients": owner.tr("For each weight that learns, which way it shall go."),
        "optimizer": owner.tr("What it remembers of earlier steps, for each weight."),
        "activations": owner.tr(
            "What the layers keep of the text, to learn from it on the way back."
        ),
        "loss": owner.tr("A score for each word of the vocabulary (logits), and the error."),
        "cache": owner.tr("Kept while answers are written."),
        "workspace": owner.tr("What the libraries that multiply matrices take."),
        "context": owner.tr("{whose} itself, before anything is loaded (context).").format(
            whose=whose
        ),
        "rounding": owner.tr("Memory is handed out in blocks; what is left in them is lost."),
        "margin": owner.tr("So that the figure is never too low."),
    }
