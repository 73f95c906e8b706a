"""The list of cards: choosing, keeping its place, being read aloud."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ftstudio.ui.widgets.card_list import CardList, CardRow


def row(key: str, **values: object) -> CardRow:
    return CardRow(**{"key": key, "title": f"Title {key}", "lines": ("one", "two"), **values})  # type: ignore[arg-type]


@pytest.fixture
def cards(qtbot: QtBot) -> CardList:
    cards = CardList("Things")
    qtbot.addWidget(cards)
    cards.resize(320, 400)
    cards.set_rows([row("a"), row("b", chip="Done", tone="ok", note="14:02"), row("c")])
    cards.show()
    qtbot.waitExposed(cards)
    return cards


def test_arrows_move_and_enter_chooses(cards: CardList, qtbot: QtBot) -> None:
    cards.select("a")
    cards.setFocus()
    with qtbot.waitSignal(cards.moved) as moved:
        qtbot.keyClick(cards, Qt.Key.Key_Down)
    assert moved.args == ["b"]
    with qtbot.waitSignal(cards.chosen) as chosen:
        qtbot.keyClick(cards, Qt.Key.Key_Return)
    assert chosen.args == ["b"]


def test_renewed_rows_keep_the_choice(cards: CardList) -> None:
    cards.select("b")
    cards.set_rows([row("x"), row("a"), row("b"), row("c")])
    assert cards.current_key() == "b"
    cards.set_rows([row("a")])
    assert cards.current_key() == ""


def test_only_changed_rows_are_painted_again(cards: CardList, qtbot: QtBot) -> None:
    changed: list[int] = []
    cards.model().dataChanged.connect(lambda first, last: changed.append(first.row()))
    cards.set_rows([row("a"), row("b", chip="Failed"), row("c")])
    assert changed == [1]


def test_a_screen_reader_hears_the_whole_card(cards: CardList) -> None:
    heard = cards.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "Title b, Done, one, two, 14:02"


def test_cards_with_long_words_and_a_bar_are_painted(cards: CardList) -> None:
    cards.set_rows([row("a" * 200, chip="Running", tone="accent", progress=0.4, note="2 min left")])
    height = cards.visualRect(cards.model().index(0, 0)).height()
    assert height == 2 * 12 + 24 + 2 * 22 + 14 + 10
    assert cards.horizontalScrollBar().maximum() == 0
    cards.grab()
