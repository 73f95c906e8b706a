"""Guards against a Qt binding that drops references: it aborts the interpreter after a while."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLabel


def test_calls_into_qt_keep_the_references(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one reference per call that returns None or a bool."""
    label = QLabel()
    before = [sys.getrefcount(value) for value in (None, True, False)]
    for _ in range(1000):
        label.setText("x")
        label.isVisible()
        label.isEnabled()
    after = [sys.getrefcount(value) for value in (None, True, False)]
    lost = [a - b for a, b in zip(before, after, strict=True)]
    assert max(lost) < 500
