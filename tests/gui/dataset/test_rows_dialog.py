"""A list of rows with each one's story: typing, the arrows, and what stays chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ftstudio.ui.dataset.cleaning.rows_dialog import RowLine, RowsDialog


class Silent:
    """A desk that never answers: which row is asked for stands in the story's title."""

    def ask(self, work, done):
        return None


@pytest.fixture
def dialog(qtbot):
    made = RowsDialog(Silent(), "Rows left out", "Each with its reason.")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.set_lines([RowLine(n, f"How is thing {n}?", "empty") for n in (2, 11, 20, 38)])
    return made


def test_the_first_row_is_told_and_the_arrows_walk_while_one_types(dialog):
    assert dialog.history.title.text() == "Row 2 of the file"
    assert dialog.focusWidget() is dialog.search
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.history.title.text() == "Row 11 of the file"
    for _ in range(9):
        QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.history.title.text() == "Row 38 of the file"
    QTest.keyClick(dialog.search, Qt.Key.Key_Up)
    assert dialog.history.title.text() == "Row 20 of the file"


def test_the_story_is_of_a_row_that_is_in_the_list(dialog):
    QTest.keyClicks(dialog.search, "38")
    assert dialog.count.text() == "1 of 4 rows"
    assert dialog.history.title.text() == "Row 38 of the file"
    dialog.search.clear()
    assert dialog.table.currentIndex().row() == 3  # it stays chosen
    QTest.keyClicks(dialog.search, "77")
    assert dialog.history.title.text() == "Row 77 of the file"  # of no list, but of the file
