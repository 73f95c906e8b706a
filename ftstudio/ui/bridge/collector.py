"""Python's garbage is collected on the window's thread alone.

Automatic collection strikes in whichever thread allocates next. One that reads a file would there
delete the widgets and timers of a wizard that was left, while the window's thread still uses them.

A full collection looks at every object there is, and nothing moves meanwhile: with 100,000 rows in
memory for half a second. While somebody holds that much, what has outlived one look is set aside,
and what a thread makes meanwhile without a look: a list of a million texts alone takes 40 ms.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from ftstudio.ui.bridge.background import at_work

_EVERY_MS = 100  # what a busy thread makes meanwhile is looked at in 20 ms
_holders = 0


def spare_large_data(owner: QObject) -> None:
    """`owner` holds large data until it is destroyed. Rows hold no circles: they go by themselves
    when they are let go. Circles that outlive a look stay until then."""
    global _holders
    _holders += 1
    owner.destroyed.connect(_on_let_go)


def _on_let_go() -> None:
    global _holders
    _holders -= 1
    if not _holders:
        gc.unfreeze()


class Collector(QObject):
    """While it runs, no thread collects by itself, and a timer does it instead."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._on_time)
        self._was_at_work = False

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Take what is left, and let Python collect as it always does."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _on_time(self) -> None:
        """What Python itself would do by now: it counts on, with automatic collection off."""
        due = [at for at, (count, most) in enumerate(_counts()) if most and count > most]
        was_at_work, self._was_at_work = self._was_at_work, at_work()  # and left its result
        if due and _holders:
            if not (was_at_work or self._was_at_work):
                gc.collect(min(due[-1], 1))
            gc.freeze()
        elif due:
            gc.collect(due[-1])


def _counts() -> list[tuple[int, int]]:
    """Of each generation, youngest first: how much there is, and how much is too much."""
    return list(zip(gc.get_count(), gc.get_threshold(), strict=True))
