"""Takes widgets out of a layout, or lays them out anew, without leaving a wrong object behind.

WORKAROUND PySide6 6.11: attaching a filled layout makes Python wrappers of its items. When Qt
deletes such an item by itself (`removeWidget`, `addWidget` of a widget that is in a layout
already), the wrapper stays, and whatever Qt later creates at the same address is handed out as
that QWidgetItem: now and then a scroll bar was none. What `takeAt` gives is Python's to delete.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLayout, QWidget


def take_out(layout: QLayout, widget: QWidget) -> None:
    """As `removeWidget`."""
    at = layout.indexOf(widget)
    if at >= 0:
        layout.takeAt(at)


def empty(layout: QLayout) -> None:
    """Take out all there is and delete the widgets."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def lay_out(grid: QGridLayout, widgets: Sequence[QWidget], columns: int, most: int = 0) -> None:
    """Row by row in equal columns; `most` is the highest number of columns ever used."""
    while grid.takeAt(0) is not None:
        continue
    for column in range(max(most, columns)):
        grid.setColumnStretch(column, 1 if column < columns else 0)
    for index, widget in enumerate(widgets):
        grid.addWidget(widget, index // columns, index % columns)
