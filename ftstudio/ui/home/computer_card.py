"""The card that says what this computer has: graphics or processor, memory, disk."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ftstudio.core.units import format_bytes, plural
from ftstudio.ui.home.computer import Reading
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.text import text


class ComputerCard(Card):
    """`show_reading` as often as there is news; before the first it says that it is looking."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=12)
        self._chip = Chip("", "ok")
        self.add_title(self.tr("This computer"), "cpu").addWidget(self._chip)
        self._compute = Meter(self.tr("Processor"))
        self._memory = Meter(self.tr("System memory"))
        self._disk = Meter(self.tr("Disk of the workspace"))
        for meter in (self._compute, self._memory, self._disk):
            meter.set(0, self.tr("looking…"))
            self.body.addWidget(meter)
        self._remark = text("", "small", wrap=True)
        self._remark.hide()
        self.body.addWidget(self._remark)
        self.body.addStretch(1)

    def show_reading(self, reading: Reading) -> None:
        self._show_compute(reading)
        self._memory.set(
            _share(reading.memory_used, reading.memory_total),
            self._in_use(reading.memory_used, reading.memory_total),
            reading.memory_tone,
        )
        self._disk.set(
            _share(reading.disk_used, reading.disk_total),
            self._in_use(reading.disk_used, reading.disk_total),
            reading.disk_tone,
        )
        if reading.disk_tone == "bad":
            self._chip.set(self.tr("Disk nearly full"), "bad")
        else:
            self._chip.set(self.tr("Ready"), "ok")

    def _show_compute(self, reading: Reading) -> None:
        if reading.card_name:
            self._compute.set_title(self.tr("Graphics memory"))
            words = self._in_use(reading.card_used, reading.card_total)
            figure = f"{words} · {reading.card_name}"
            self._compute.set(_share(reading.card_used, reading.card_total), figure)
            self._remark.hide()
            return
        self._compute.set_title(self.tr("Processor"))
        one, many = self.tr("{percent} % busy · 1 core"), self.tr("{percent} % busy · {n} cores")
        figure = plural(reading.cores, one, many, percent=round(reading.processor_percent))
        self._compute.set(reading.processor_percent / 100, figure)
        self._remark.setText(
            self.tr("No NVIDIA card found – training uses the processor. Small models only.")
        )
        self._remark.show()

    def _in_use(self, used: int, total: int) -> str:
        some, all_of_it = format_bytes(used), format_bytes(total)
        if some.split()[-1] == all_of_it.split()[-1]:  # 11 of 64 GB
            some = some.split()[0]
        return self.tr("{used} of {total} in use").format(used=some, total=all_of_it)


def _share(used: int, total: int) -> float:
    return used / total if total else 0.0
