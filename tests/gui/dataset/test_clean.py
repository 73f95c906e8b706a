"""The report card: what blocks, what can wait, and taking steps back in any order."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from ftstudio.ui.dataset.cleaning.done_list import DoneList


def idle(qtbot, wizard):
    qtbot.waitUntil(lambda: not wizard.desk.busy and wizard.desk._task is None, timeout=20_000)


SMALL = ["amount", "few_to_check"]  # of 31 rows: to be looked at, no step mends it


@pytest.fixture
def wizard(place, settled, xlsx):
    place.open(xlsx)
    made = settled()
    made.go_to("clean")
    return made


def row(page, key):
    return next(r for r in page.rows if r.finding.key == key)


def test_what_is_safe_was_done_and_is_listed(wizard):
    page = wizard.page
    assert [row.finding.key for row in page.rows] == SMALL  # nothing is left to decide
    assert page.sum.accessibleName() == "33 rows before, 31 after"
    words = [DoneList.what_it_did(page.done, step) for step in wizard.desk.facts.draft.steps]
    assert words == ["1 row changed", "1 row left out", "1 row left out"]


def test_a_step_taken_back_comes_up_for_decision(qtbot, wizard):
    wizard.desk.take_back(1)  # empty answers come back
    idle(qtbot, wizard)
    page = wizard.page
    empty = row(page, "drop_empty")
    assert empty.finding.severity == "blocks"
    assert not page.foot().enabled
    assert empty.remedy_button.property("kind") == "primary"
    wizard.go_to("summary")
    assert wizard.page.key == "clean"  # what blocks can't be passed
    empty.remedy_button.click()
    idle(qtbot, wizard)
    assert [row.finding.key for row in page.rows] == SMALL
    assert page.foot().enabled


def test_steps_can_be_taken_back_out_of_order(qtbot, wizard):
    wizard.desk.take_back(0)
    idle(qtbot, wizard)
    assert [s.key for s in wizard.desk.facts.draft.steps] == ["drop_empty", "drop_exact_duplicates"]
    assert row(wizard.page, "trim").finding.count == 1


def test_rows_can_be_shown_and_hidden(qtbot, wizard):
    wizard.desk.take_back(1)
    idle(qtbot, wizard)
    empty = row(wizard.page, "drop_empty")
    empty.show_button.click()
    qtbot.waitUntil(empty.shows_rows, timeout=5_000)
    assert empty.show_button.text() == "Hide rows"
    empty.show_button.click()
    assert not empty.shows_rows()


def test_keys_walk_show_and_mend(qtbot, place, wizard):
    for _ in range(2):
        wizard.desk.take_back(1)
        idle(qtbot, wizard)
    wizard.desk.take_back(0)
    idle(qtbot, wizard)
    page = wizard.page
    assert len(page.rows) == 3 + len(SMALL)
    place.activateWindow()
    qtbot.waitUntil(place.isActiveWindow, timeout=5_000)
    page.rows[0].setFocus()
    QTest.keyClick(page.rows[0], Qt.Key.Key_Down)
    assert page.rows[1].hasFocus()
    QTest.keyClick(page.rows[1], Qt.Key.Key_Space)
    qtbot.waitUntil(page.rows[1].shows_rows, timeout=5_000)
    key = page.rows[1].finding.step_key
    QTest.keyClick(page.rows[1], Qt.Key.Key_Return)
    idle(qtbot, wizard)
    assert [s.key for s in wizard.desk.facts.draft.steps] == [key]
    assert len(page.rows) == 2 + len(SMALL)
    assert page.rows[1].hasFocus()  # the line that took the place of the one solved


def test_before_you_apply_shows_real_rows(qtbot, wizard):
    before = wizard.desk.facts.total
    wizard.desk.take_back(0)
    idle(qtbot, wizard)
    page = wizard.page
    qtbot.waitUntil(page.effect.isVisible, timeout=5_000)
    assert "1 row would change" in page.effect.what()
    said = page.effect.lines[0].plain()
    assert said == "row 32: Stray spaces? → Stray spaces?"
    assert "␣␣" in page.effect.lines[0].text()  # spaces are made to be seen
    assert wizard.desk.facts.total == before  # nothing was done


def test_a_narrow_window_puts_the_side_below(qtbot, place, wizard):
    beside = wizard.page.done.mapTo(wizard, wizard.page.done.rect().topLeft()).x()
    place.resize(900, 820)
    qtbot.wait(50)
    below = wizard.page.done.mapTo(wizard, wizard.page.done.rect().topLeft()).x()
    assert below < 100 < beside
    area = wizard.frame._pages.currentWidget()
    assert area.horizontalScrollBar().maximum() == 0


def test_a_remedy_leaves_the_page_where_it_was(qtbot, place, wizard):
    """The pressed button goes with its line; the focus must not wander off to the page's foot."""
    wizard.desk.take_back(1)
    idle(qtbot, wizard)
    place.resize(1072, 520)
    place.window().activateWindow()
    area = wizard.page
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 40, timeout=5_000)
    remedy = row(wizard.page, "drop_empty").remedy_button
    remedy.setFocus()
    QTest.mouseClick(remedy, Qt.MouseButton.LeftButton)
    idle(qtbot, wizard)
    assert wizard.page.rows[0].hasFocus()
    assert area.verticalScrollBar().value() == 0
