"""Lists made of widgets are walked by the keys of any list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ftstudio.data.recipe import AppliedStep
from ftstudio.ui.dataset.cleaning.done_list import DoneList
from ftstudio.ui.widgets.choice_cards import ChoiceCard, ChoiceGroup
from ftstudio.ui.widgets.page_area import PageArea

KEYS = ("trim", "drop_empty", "drop_exact_duplicates", "normalise", "drop_refusals", "flag_toxic",
        "flag_quality", "drop_placeholders")  # fmt: skip


def steps_done(keys: tuple[str, ...] = KEYS) -> list[AppliedStep]:
    return [AppliedStep(key=key, version=1, params={}, rows_in=9, rows_out=9) for key in keys]


@pytest.fixture
def done(qtbot: QtBot) -> Iterator[DoneList]:
    made = DoneList(editable=True)
    area = PageArea(made)
    qtbot.addWidget(area)
    made.set_steps(steps_done())
    area.resize(500, 160)
    area.show()
    qtbot.waitExposed(area)
    made.rows[0].setFocus()
    yield made
    area.close()  # kept until here: it holds the rows


def test_arrows_home_end_and_pages_walk_the_steps(done: DoneList, qtbot: QtBot) -> None:
    here = 0
    for key, there in (
        (Qt.Key.Key_Down, 1), (Qt.Key.Key_End, 7), (Qt.Key.Key_Down, 7), (Qt.Key.Key_PageUp, 2),
        (Qt.Key.Key_Up, 1), (Qt.Key.Key_PageDown, 6), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Up, 0),
    ):  # fmt: skip
        qtbot.keyClick(done.rows[here], key)
        assert done.rows[there].hasFocus()
        assert not done.rows[there].visibleRegion().isEmpty()
        here = there


def test_the_focus_stays_when_a_step_is_taken_back_or_moved(done: DoneList, qtbot: QtBot) -> None:
    back: list[int] = []
    done.taken_back.connect(back.append)
    qtbot.keyClick(done.rows[0], Qt.Key.Key_End)
    qtbot.keyClick(done.rows[7], Qt.Key.Key_Delete)
    assert back == [7]
    done.set_steps(steps_done(KEYS[:-1]))
    assert done.rows[6].hasFocus()
    qtbot.keyClick(done.rows[6], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    done.set_steps(steps_done((*KEYS[:5], KEYS[6], KEYS[5])))
    assert done.rows[5].hasFocus()


def test_a_list_without_the_focus_does_not_take_it(done: DoneList, qtbot: QtBot) -> None:
    done.rows[0].clearFocus()
    done.set_steps(steps_done())
    assert not any(row.hasFocus() for row in done.rows)


def test_home_and_end_go_to_the_first_and_last_card(qtbot: QtBot) -> None:
    page = QWidget()
    group = ChoiceGroup(columns=2)
    QVBoxLayout(page).addWidget(group)
    cards = [ChoiceCard(key, key) for key in "abcde"]
    for card in cards:
        group.add(card)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    cards[1].setFocus()
    qtbot.waitUntil(cards[1].hasFocus)
    qtbot.keyClick(cards[1], Qt.Key.Key_End)
    assert cards[4].hasFocus()
    qtbot.keyClick(cards[4], Qt.Key.Key_Home)
    assert cards[0].hasFocus()
