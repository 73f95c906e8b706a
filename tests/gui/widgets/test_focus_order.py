"""Tab goes where the eye goes."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from ftstudio.ui.widgets.focus_order import as_seen, order_as_seen


def test_what_is_made_later_gets_its_place(qtbot):
    page = QWidget()
    column = QVBoxLayout(page)
    last = QPushButton("last")
    column.addWidget(last)
    row = QHBoxLayout()
    row.addWidget(QLabel("a name"))
    row.addWidget(QLineEdit("second"))
    column.insertLayout(0, row)
    column.insertWidget(0, QPushButton("first"))
    hidden = QPushButton("hidden")
    column.insertWidget(1, hidden)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    hidden.hide()
    order_as_seen(page)
    first, second, third = as_seen(page)
    assert (first.text(), second.text(), third) == ("first", "second", last)
    first.setFocus()
    for expected in (second, last):
        page.focusNextChild()
        assert QApplication.focusWidget() is expected


def test_inside_areas_stacks_and_tables(qtbot):
    inside = QWidget()
    QVBoxLayout(inside).addWidget(QPushButton("in the area"))
    area = QScrollArea()
    area.setWidget(inside)
    stack = QStackedWidget()
    for words in ("shown", "behind"):
        stack.addWidget(QPushButton(words))
    table = QTableWidget(2, 2)
    table.setCellWidget(1, 0, QPushButton("below"))
    table.setCellWidget(0, 1, QPushButton("above"))
    page = QWidget()
    column = QVBoxLayout(page)
    for widget in (table, stack, area):
        column.addWidget(widget)
    qtbot.addWidget(page)
    page.show()
    said = [one.text() for one in as_seen(page) if isinstance(one, QPushButton)]
    assert said == ["above", "below", "shown", "in the area"]
