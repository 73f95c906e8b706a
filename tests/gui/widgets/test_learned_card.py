from dataclasses import replace

from PySide6.QtWidgets import QLabel, QPushButton

from ftstudio.planning.measured import Record
from ftstudio.ui.widgets.learned_card import LearnedCard, learned_words


def record(run: str, card: str = "RTX 4090", how: str = "exact", took: float = 1.01) -> Record:
    return Record(
        run, 1.0, card, how, 10**10, 9 * 10**9, int(took * 10**10), 9 * 10**9, 520_000_000,
        watts=310.0,
    )  # fmt: skip


def words_of(card: LearnedCard) -> str:
    return " ".join(label.text() for label in card.findChildren(QLabel) if not label.isHidden())


def test_nothing_learned_says_what_will_be_there(qtbot):
    card = LearnedCard()
    qtbot.addWidget(card)
    assert "Nothing yet" in words_of(card)
    assert not card.findChildren(QPushButton)


def test_each_card_has_its_line_and_can_be_forgotten(qtbot):
    card = LearnedCard()
    qtbot.addWidget(card)
    card.show_records([record("a"), record("b", card="")])
    assert "RTX 4090" in words_of(card)
    assert "Processor" in words_of(card)
    first = next(b for b in card.findChildren(QPushButton) if "RTX 4090" in b.accessibleName())
    with qtbot.waitSignal(card.forget) as forgotten:
        first.click()
    assert forgotten.args == ["RTX 4090"]


def test_in_words(qtbot):
    owner = LearnedCard()
    qtbot.addWidget(owner)
    few = learned_words(owner, "RTX 4090", [record("a")])
    assert few[0] == "1 finished run."
    assert "CUDA itself takes 520 MB." in few
    assert "Counted figures: runs took 101.0 % of them at most." in few
    assert "The margin follows after 5 of them." in few
    assert "310 W on average." in few
    many = [record(str(i), took=1 + i / 100) for i in range(6)]
    said = learned_words(owner, "RTX 4090", many)
    assert said[0] == "6 finished runs."
    assert "Counted figures: runs took 105.0 % of them at most." in said
    assert not any("follows" in words for words in said)


def test_a_dry_run_is_not_counted_as_a_finished_run(qtbot):
    owner = LearnedCard()
    qtbot.addWidget(owner)
    tried = [replace(record(name), trial=True) for name in ("c", "d")]
    assert learned_words(owner, "RTX 4090", [record("a"), *tried])[:2] == [
        "1 finished run.", "2 dry runs.",
    ]  # fmt: skip
    assert learned_words(owner, "RTX 4090", tried[:1])[0] == "1 dry run."
