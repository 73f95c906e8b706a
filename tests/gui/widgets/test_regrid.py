from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from ftstudio.ui.widgets.regrid import empty, lay_out, take_out


def filled(qtbot, count=4):
    holder = QWidget()
    qtbot.addWidget(holder)
    column, grid = QVBoxLayout(holder), QGridLayout()
    labels = [QLabel(str(i)) for i in range(count)]
    lay_out(grid, labels, 2)
    column.addLayout(grid)  # attached when filled: its items get Python wrappers
    return holder, grid, labels


def places(grid, labels):
    return [grid.getItemPosition(grid.indexOf(label))[:2] for label in labels]


def test_columns(qtbot):
    _holder, grid, labels = filled(qtbot)
    assert places(grid, labels) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    lay_out(grid, labels, 4, 4)
    assert places(grid, labels) == [(0, 0), (0, 1), (0, 2), (0, 3)]
    lay_out(grid, labels, 1, 4)
    assert places(grid, labels) == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert [grid.columnStretch(column) for column in range(4)] == [1, 0, 0, 0]


def test_taken_out_and_emptied(qtbot):
    _holder, grid, labels = filled(qtbot)
    take_out(grid, labels[1])
    take_out(grid, labels[1])
    assert grid.count() == 3
    empty(grid)
    assert grid.count() == 0


def test_what_qt_makes_afterwards_is_what_it_says(qtbot):
    for _ in range(40):
        _holder, grid, labels = filled(qtbot)
        for columns in (4, 2, 1):
            lay_out(grid, labels, columns, 4)
            bars = [QScrollArea().verticalScrollBar() for _ in range(10)]
            assert all(isinstance(bar, QScrollBar) for bar in bars)
