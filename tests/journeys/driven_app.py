"""The real app, with one ear for a test: it tells where a text stands on the screen.

Each line on stdin is a JSON question, each line on stdout the answer. It only looks; every click
and key of a journey comes from the X server.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)  # fmt: skip


def words_of(widget: QWidget) -> list[str]:
    found = [widget.accessibleName()]
    if isinstance(widget, QAbstractButton | QLabel | QLineEdit):
        found.append(widget.text())
    if isinstance(widget, QLineEdit):
        found.append(widget.placeholderText())
    if isinstance(widget, QComboBox):
        found.append(widget.currentText())
    plain = [re.sub(r"<[^>]+>", "", text).replace("&", "").strip() for text in found]
    return [text for text in plain if text]


def on_screen(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def places(pattern: str) -> list[dict[str, Any]]:
    """Every visible widget or list item whose words match, buttons first."""
    wanted = re.compile(pattern)
    found = []
    modal = QApplication.activeModalWidget() or QApplication.activePopupWidget()
    for widget in QApplication.allWidgets():
        if not on_screen(widget) or (modal and widget.window() is not modal.window()):
            continue
        if any(wanted.search(text) for text in words_of(widget)):
            visible = widget.visibleRegion().boundingRect()
            found.append(place(widget, visible.center(), isinstance(widget, QAbstractButton)))
        if isinstance(widget, QAbstractItemView) and widget.model():
            found += items(widget, wanted)
    return sorted(found, key=lambda p: (not p["button"], p["area"]))


def items(view: QAbstractItemView, wanted: re.Pattern[str]) -> list[dict[str, Any]]:
    model = view.model()
    found = []
    for row in range(min(model.rowCount(), 200)):
        index = model.index(row, 0)
        if wanted.search(str(index.data(Qt.ItemDataRole.DisplayRole) or "")):
            rect = view.visualRect(index)
            found.append(place(view.viewport(), rect.center(), True))
    return found


def place(widget: QWidget, point: QPoint, button: bool) -> dict[str, Any]:
    at = widget.mapToGlobal(point)
    return {
        "x": at.x(), "y": at.y(), "button": button, "enabled": widget.isEnabled(),
        "words": words_of(widget), "area": widget.width() * widget.height(),
        "kind": type(widget).__name__,
    }  # fmt: skip


def all_words() -> list[str]:
    return sorted({text for w in QApplication.allWidgets() if on_screen(w) for text in words_of(w)})


class Ear(QObject):
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line)

    def _answer(self, line: str) -> None:
        question = json.loads(line)
        answer: Any = all_words() if question.get("all") else places(question["find"])
        print("ANSWER " + json.dumps(answer), flush=True)


def main() -> int:
    import ftstudio.app as app

    original = QApplication.exec
    ears: list[Ear] = []

    def exec_with_ear(*_args: Any) -> int:
        ears.append(Ear())
        return original()

    QApplication.exec = exec_with_ear  # type: ignore[method-assign,assignment]
    return app.main()


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    raise SystemExit(main())
