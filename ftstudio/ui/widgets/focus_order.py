"""The order in which Tab goes through a page: as the eye does, whatever was made first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLayout, QScrollArea, QStackedLayout, QWidget


def order_as_seen(page: QWidget) -> None:
    """Rows that are made anew stand at the end of Qt's own order; here they get their place."""
    for before, after in pairwise(as_seen(page)):
        QWidget.setTabOrder(before, after)


def as_seen(widget: QWidget) -> Iterator[QWidget]:
    """What takes the focus by Tab in it, in the order of the layouts."""
    if widget.isHidden():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    inside = widget.widget() if isinstance(widget, QScrollArea) else None
    if inside is not None:
        yield from as_seen(inside)
    elif isinstance(widget, QAbstractScrollArea):  # such as the drop-downs in a table's head
        within = [one for one in widget.findChildren(QWidget) if _takes_tab(one)]
        yield from sorted(within, key=lambda one: _corner(one, widget))
    elif (layout := widget.layout()) is not None:
        yield from _of_layout(layout)


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible()


def _corner(widget: QWidget, inside: QWidget) -> tuple[int, int]:
    point = widget.mapTo(inside, widget.rect().topLeft())
    return point.y(), point.x()


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    if isinstance(layout, QStackedLayout):  # of its pages one is seen
        shown = layout.currentWidget()
        if shown is not None:
            yield from as_seen(shown)
        return
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield from as_seen(widget)
        elif (inner := item.layout()) is not None:
            yield from _of_layout(inner)
